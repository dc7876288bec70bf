package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fifty timeouts more than answers make up for, and two seconds. */
class SilenceTest {
    private static final long SECOND = 1_000_000_000;

    private final Silence silence = new Silence();
    private long now = -3 * SECOND; // the clock may begin anywhere

    @Test
    void nothingIsSilentInTheBeginning() {
        assertThat(silence.lasts(now)).isFalse();
        assertThat(silence.listens()).isFalse();
    }

    @Test
    void itIsSilentTwoSecondsAfterTheLastAnswer() {
        long begun = now;
        timeouts(3 * 50, SECOND / 50);
        assertThat(now - begun).isEqualTo(3 * SECOND);
        assertThat(silence.lasts(begun + 2 * SECOND)).isTrue();
        assertThat(silence.lasts(begun + 2 * SECOND - 1)).isFalse();
    }

    @Test
    void aShortOneIsNone() {
        timeouts(1000, SECOND / 1000);
        assertThat(silence.lasts(now)).as("after a second").isFalse();
    }

    @Test
    void fewerThanFiftyAreNone() {
        timeouts(49, SECOND / 10);
        assertThat(silence.lasts(now)).isFalse();
        timeouts(11, SECOND / 10); // ten more than the time has taken away
        assertThat(silence.lasts(now)).isFalse();
        timeouts(10, SECOND / 10);
        assertThat(silence.lasts(now)).isTrue();
    }

    @Test
    void aRouteWithFewTimeoutsIsNeverSilent() {
        for (int i = 0; i < 1000; i++) {
            timeouts(1, SECOND / 2);
            assertThat(silence.lasts(now)).isFalse();
        }
    }

    @Test
    void threeTimeoutsASecondAreEnoughInTheEnd() {
        timeouts(3 * 60, SECOND / 3);
        assertThat(silence.lasts(now)).isTrue();
    }

    @Test
    void aFewAnswersEndItHoweverLongItWas() {
        timeouts(100_000, SECOND / 50);
        for (int answers = 0; answers < 5; answers++) {
            assertThat(silence.lasts(now)).isTrue();
            silence.answered(now);
        }
        assertThat(silence.lasts(now)).isFalse();
        assertThat(silence.listens()).isTrue();
        for (int answers = 0; answers < 5; answers++) {
            silence.answered(now);
        }
        assertThat(silence.listens()).as("while nothing is without an answer").isFalse();
    }

    @Test
    void itIsForgottenWhenNothingComesAnyMore() {
        timeouts(1000, SECOND / 50);
        assertThat(silence.lasts(now + 24 * SECOND)).isTrue();
        assertThat(silence.lasts(now + 25 * SECOND + SECOND / 2)).isFalse();
        assertThat(silence.lasts(now + 3600 * SECOND)).isFalse();
        assertThat(silence.listens()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 9, 10})
    void whereOneInElevenAnswersNothingIsSilent(int timeoutsBetween) {
        for (int i = 0; i < 10_000; i++) {
            timeouts(timeoutsBetween, SECOND / 100);
            assertThat(silence.lasts(now)).isFalse();
            silence.answered(now);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 20, 50})
    void whereNextToNoneAnswersItIsSilentMostOfTheTime(int timeoutsBetween) {
        int silent = 0;
        for (int i = 0; i < 10_000; i++) {
            timeouts(1, SECOND / 100);
            silent += silence.lasts(now) ? 1 : 0;
            if (i % timeoutsBetween == 0) {
                silence.answered(now);
            }
        }
        assertThat(silent).isGreaterThan(8_000);
    }

    @Test
    void aLoopThatIsALittleBehindDoesNoHarm() {
        timeouts(150, SECOND / 50);
        silence.timedOut(now - SECOND / 10);
        assertThat(silence.lasts(now - SECOND / 10)).isTrue();
        assertThat(silence.lasts(now)).isTrue();
        for (int i = 0; i < 10; i++) {
            silence.answered(now - SECOND);
        }
        assertThat(silence.lasts(now)).isFalse();
    }

    @Test
    void threadsLoseNoTimeout() throws Exception {
        timeouts(1, 0); // the score is not zero, so that the two seconds count from here
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            tasks.add(() -> {
                for (int i = 0; i < 12; i++) {
                    silence.timedOut(now);
                }
                return null;
            });
        }
        try (var threads = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Void> result : threads.invokeAll(tasks)) {
                result.get();
            }
        }
        for (int i = 0; i < 5; i++) { // what two seconds take away
            silence.timedOut(now);
        }
        assertThat(silence.lasts(now + 2 * SECOND)).isTrue();
        assertThat(silence.lasts(now + 3 * SECOND)).isFalse();
    }

    private void timeouts(int number, long apart) {
        for (int i = 0; i < number; i++) {
            silence.timedOut(now);
            now += apart;
        }
    }
}
