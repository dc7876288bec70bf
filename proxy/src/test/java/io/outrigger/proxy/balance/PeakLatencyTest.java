package io.outrigger.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an endpoint's latency rises and sinks, in milliseconds where nothing else is said. */
class PeakLatencyTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final Offset<Double> NEARLY = within(0.01);

    private final PeakLatency latency = new PeakLatency();
    private long now = -7 * SECOND; // the clock may begin anywhere

    /** An attempt that was sent so long ago. */
    private Attempt sent(long millisAgo) {
        Attempt attempt = new Attempt("e", now - millisAgo * MILLI);
        attempt.begin();
        attempt.sent(now - millisAgo * MILLI);
        return attempt;
    }

    private void answer(long millis) {
        latency.answered(sent(millis), 200, now);
    }

    private double millis() {
        return latency.microsAt(now) / 1000;
    }

    @Test
    void atFirstNothingIsKnown() {
        assertThat(millis()).isZero();
    }

    @Test
    void jumpsToAPeakAndSinksFromThere() {
        answer(100);
        assertThat(millis()).isCloseTo(100, NEARLY);
        now += 10 * SECOND;
        assertThat(millis()).isCloseTo(100 / Math.E, NEARLY);
        answer(80);
        assertThat(millis()).isCloseTo(80, NEARLY);
    }

    @Test
    void sinksTowardsFasterAnswersAndNotBelow() {
        answer(100);
        for (int i = 0; i < 120_000; i++) {
            now += MILLI;
            answer(5);
        }
        assertThat(millis()).isCloseTo(5, within(0.1));
    }

    @Test
    void isAnAverageThatForgetsWhateverTheRate() {
        answer(100);
        for (int i = 0; i < 100_000; i++) { // 100 a millisecond, for a second
            now += MILLI / 100;
            answer(10);
        }
        assertThat(millis()).isCloseTo(10 + 90 * Math.exp(-0.1), within(0.5));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 599})
    void anErrorCountsAsFiveSecondsHoweverFastItCame(int status) {
        answer(2);
        latency.answered(sent(1), status, now);
        assertThat(millis()).isCloseTo(5000, within(1.0));
        now += 10 * SECOND;
        assertThat(millis()).isCloseTo(5000 / Math.E, within(1.0));
    }

    @Test
    void aSlowErrorCountsForWhatItTook() {
        latency.answered(sent(7000), 503, now);
        assertThat(millis()).isCloseTo(7000, within(1.0));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFailureCountsWhereItIsTheUpstreams(Kind kind) {
        answer(2);
        latency.failed(sent(1), Failure.of(kind, ""), now);
        boolean its = Failure.of(kind, "").blame() == Blame.UPSTREAM && kind != Kind.STALE_CONNECTION;
        assertThat(millis()).isCloseTo(its ? 5000 : 2, within(1.0));
    }

    @Test
    void aConnectionThatIsRefusedCountsThoughNothingWasSent() {
        latency.failed(new Attempt("e", now), Failure.of(Kind.CONNECT_REFUSED, ""), now);
        assertThat(millis()).isCloseTo(5000, within(1.0));
    }

    @Test
    void whatAClientGaveUpHasTakenThatLongAtLeast() {
        answer(2);
        latency.failed(sent(1000), Failure.of(Kind.CLIENT_GONE, ""), now);
        assertThat(millis()).isCloseTo(1000, within(1.0));
        Attempt answered = sent(3000);
        answered.answered(200);
        latency.failed(answered, Failure.of(Kind.CLIENT_GONE, ""), now);
        assertThat(millis()).as("its head had come").isCloseTo(1000, within(1.0));
    }

    @Test
    void aDeadlineCountsForTheAttemptThatWasSent() {
        Failure late = Failure.of(Kind.DEADLINE, "").blaming(Blame.UPSTREAM);
        latency.failed(new Attempt("e", now - SECOND), late, now);
        assertThat(millis()).isZero();
        latency.failed(sent(1000), late, now);
        assertThat(millis()).isCloseTo(5000, within(1.0));
    }

    @Test
    void anAnswerBeforeTheEndOfTheUploadIsMeasuredFromTheStart() {
        latency.answered(new Attempt("e", now - 30 * MILLI), 200, now);
        assertThat(millis()).isCloseTo(30, NEARLY);
    }

    @Test
    void aLoopThatIsBehindSinksNothingAndMonthsAreForgotten() {
        answer(100);
        now -= SECOND;
        assertThat(millis()).isCloseTo(100, NEARLY);
        now += 30L * 24 * 3600 * SECOND;
        assertThat(millis()).isCloseTo(0, NEARLY);
        answer(3);
        assertThat(millis()).isCloseTo(3, NEARLY);
    }

    @Test
    void loopsThatMeetLoseNoPeak() throws Exception {
        SplittableRandom random = new SplittableRandom(61);
        for (int round = 0; round < 200; round++) {
            PeakLatency shared = new PeakLatency();
            List<Thread> threads = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                SplittableRandom own = random.split();
                boolean peaks = thread == 0;
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 100; i++) {
                        long took = peaks && i == 50 ? 900 : own.nextLong(1, 100);
                        Attempt attempt = new Attempt("e", -took * MILLI);
                        attempt.sent(-took * MILLI);
                        shared.answered(attempt, 200, 0);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(shared.microsAt(0)).isCloseTo(900_000, within(1.0));
        }
    }
}
