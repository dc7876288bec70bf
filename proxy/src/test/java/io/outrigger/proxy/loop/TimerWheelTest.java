package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.exchange.Loop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the timers of a loop run, and what may be done to them in the meantime. */
class TimerWheelTest {
    private static final long TICK = 1 << 20; // about a millisecond
    private static final long ORIGIN = -7_000_000_123L; // the clock may begin anywhere, also below zero

    private final TimerWheel wheel = new TimerWheel(ORIGIN);
    private final List<String> ran = new ArrayList<>();
    private long now = ORIGIN;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PT0S",
                "PT0.0000001S",
                "PT0.001S",
                "PT0.05S",
                "PT1S",
                "PT1.0737S",
                "PT1.08S",
                "PT17M53S",
                "PT18M20S",
                "PT18M21S",
                "PT25H"
            })
    void runsATimerAtItsTimeAndNotBefore(Duration delay) {
        long due = now + delay.toNanos();
        wheel.add(now, due, () -> ran.add("it"));

        runAt(due - 1);
        assertThat(ran).isEmpty();
        assertThat(wheel.size()).isOne();
        assertThat(wheel.nextNanos()).isBetween(now, due + TICK);

        runAt(due + TICK);
        assertThat(ran).containsExactly("it");
        assertThat(wheel.size()).isZero();
        assertThat(wheel.nextNanos()).isEqualTo(TimerWheel.NEVER);
    }

    @Test
    void runsWhatIsDueInTheOrderOfTime() {
        for (int millis : new int[] {3_000_000, 70, 2000, 5, 3_000_010, 900, 0}) {
            add(Duration.ofMillis(millis));
        }
        runAt(now + Duration.ofHours(1).toNanos());
        assertThat(ran).containsExactly("PT0S", "PT0.005S", "PT0.07S", "PT0.9S", "PT2S", "PT50M", "PT50M0.01S");
    }

    @Test
    void aTimerThatIsCalledOffNeverRuns() {
        Timer soon = add(Duration.ofMillis(5));
        Timer later = add(Duration.ofSeconds(5));
        Timer last = add(Duration.ofHours(5));
        add(Duration.ofMillis(6));
        soon.cancel();
        later.cancel();
        last.cancel();
        last.cancel();
        assertThat(wheel.size()).isOne();

        runAt(now + Duration.ofHours(6).toNanos());
        assertThat(ran).containsExactly("PT0.006S");
        soon.cancel(); // after the fact: does nothing
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aTaskMayCallOffAnotherThatIsDueAtTheSameTime() {
        Timer[] second = new Timer[1];
        wheel.add(now, now + 1000, () -> {
            ran.add("first");
            second[0].cancel();
        });
        second[0] = add(Duration.ofNanos(1001));
        runAt(now + Duration.ofSeconds(1).toNanos());
        assertThat(ran).containsExactly("first");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void whatATaskAddsIsRunByTheNextCallAtTheEarliest() {
        wheel.add(now, now, () -> {
            ran.add("outer");
            wheel.add(now, now, () -> ran.add("inner"));
        });
        runAt(now + TICK);
        assertThat(ran).containsExactly("outer");
        assertThat(wheel.nextNanos()).isLessThanOrEqualTo(now + TICK);

        runAt(now + TICK);
        assertThat(ran).containsExactly("outer", "inner");
    }

    @Test
    void aTaskThatThrowsTakesNoOtherWithIt() {
        add(Duration.ofMillis(1));
        wheel.add(now, now + Duration.ofMillis(2).toNanos(), () -> {
            throw new IllegalStateException("a bug");
        });
        add(Duration.ofMillis(2));
        add(Duration.ofMillis(9));
        assertThatThrownBy(() -> runAt(now + Duration.ofSeconds(1).toNanos())).hasMessage("a bug");
        assertThat(ran).containsExactly("PT0.001S", "PT0.002S", "PT0.009S");
    }

    @Test
    void aTimerIsNotLateAfterALongTimeWithoutAny() {
        runAt(now + Duration.ofDays(3).toNanos());
        long due = now + Duration.ofMillis(30).toNanos();
        wheel.add(now, due, () -> ran.add("it"));
        assertThat(wheel.nextNanos()).isBetween(due, due + TICK);
        runAt(wheel.nextNanos());
        assertThat(ran).containsExactly("it");
    }

    private Timer add(Duration delay) {
        return wheel.add(now, now + delay.toNanos(), () -> ran.add(delay.toString()));
    }

    private void runAt(long time) {
        now = time;
        wheel.run(now);
    }
}
