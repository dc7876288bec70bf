package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.fixtures.ManualLoop;
import io.outrigger.proxy.downstream.Patience.Phase;
import io.outrigger.proxy.http1.HeadLimits;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How long a client connection may take for what it is doing, by a clock that only the test moves. */
class PatienceTest {
    private final ManualLoop loop = new ManualLoop();
    private final ClientLimits limits =
            new ClientLimits(new HeadLimits(1000, 10, 100), millis(200), millis(1000), millis(300));
    private boolean bodyIncomplete;
    private int late;
    private final Patience patience = new Patience(loop, () -> limits, () -> bodyIncomplete, () -> late++);

    @ParameterizedTest
    @CsvSource({"IDLE, 1000", "HEAD, 200", "EXCHANGE, 300", "FLUSH, 1000", "LINGER, 5000"})
    void everyPhaseHasItsOwnLimit(Phase phase, int millis) {
        bodyIncomplete = true;
        patience.enter(phase);
        loop.advanceMillis(millis - 1);
        assertThat(late).isZero();
        loop.advanceMillis(1);
        assertThat(late).isOne();
        assertThat(loop.pending()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"EXCHANGE", "TUNNEL"})
    void someMayTakeAsLongAsTheyLike(Phase phase) {
        patience.enter(Phase.IDLE);
        patience.enter(phase);
        loop.advanceMillis(1_000_000);
        assertThat(late).isZero();
    }

    @Test
    void aShorterLimitHoldsAlthoughALongerOneCameFirst() {
        patience.enter(Phase.IDLE);
        loop.advanceMillis(500);
        patience.enter(Phase.HEAD);
        loop.advanceMillis(199);
        assertThat(late).isZero();
        loop.advanceMillis(1);
        assertThat(late).isOne();
    }

    @Test
    void aLongerLimitHoldsAlthoughAShorterOneCameFirst() {
        patience.enter(Phase.HEAD);
        loop.advanceMillis(150);
        patience.enter(Phase.IDLE);
        loop.advanceMillis(999);
        assertThat(late).isZero();
        loop.advanceMillis(1);
        assertThat(late).isOne();
    }

    @Test
    void whatMovesIsNotLate() {
        bodyIncomplete = true;
        patience.enter(Phase.EXCHANGE);
        for (int i = 0; i < 10; i++) {
            loop.advanceMillis(299);
            patience.moved();
        }
        assertThat(late).isZero();
        loop.advanceMillis(300);
        assertThat(late).isOne();
    }

    @Test
    void whoWasLateForAGoodReasonGetsTheWholeTimeAgain() {
        bodyIncomplete = true;
        patience.enter(Phase.EXCHANGE);
        loop.advanceMillis(300);
        assertThat(late).isOne();
        patience.enter(Phase.EXCHANGE);
        loop.advanceMillis(299);
        assertThat(late).isOne();
        loop.advanceMillis(1);
        assertThat(late).isEqualTo(2);
    }

    @Test
    void oneTimerServesAllPhases() {
        for (int i = 0; i < 100; i++) {
            patience.enter(Phase.IDLE);
            patience.enter(Phase.EXCHANGE);
        }
        assertThat(loop.pending()).isOne();
    }

    @Test
    void whoIsToLeaveAndHasBeenAnsweredGoesAtOnce() {
        patience.enter(Phase.EXCHANGE);
        patience.enter(Phase.IDLE);
        loop.advanceMillis(100);
        patience.leave();
        loop.advanceMillis(0);
        assertThat(late).isOne();
    }

    @Test
    void whoIsToLeaveAndHasJustComeHasTimeToAsk() {
        patience.enter(Phase.IDLE);
        loop.advanceMillis(500);
        patience.leave();
        loop.advanceMillis(1499);
        assertThat(late).isZero();
        loop.advanceMillis(1);
        assertThat(late).isOne();
    }

    @Test
    void whoIsToLeaveGoesWhenTheAnswerIsThereAlthoughItDoesNotSaySo() {
        patience.enter(Phase.IDLE);
        patience.enter(Phase.EXCHANGE);
        patience.leave();
        loop.advanceMillis(1_000_000);
        assertThat(late).isZero();
        patience.enter(Phase.IDLE);
        loop.advanceMillis(0);
        assertThat(late).isOne();
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "EXCHANGE, 300", "FLUSH, 1000", "LINGER, 5000"})
    void whoIsToLeaveKeepsTheTimeOfWhatItIsAt(Phase phase, int millis) {
        bodyIncomplete = true;
        patience.enter(phase);
        patience.leave();
        loop.advanceMillis(millis - 1);
        assertThat(late).isZero();
        loop.advanceMillis(1);
        assertThat(late).isOne();
    }

    @Test
    void aClosedConnectionWaitsForNothing() {
        patience.enter(Phase.IDLE);
        patience.close();
        assertThat(loop.pending()).isZero();
        assertThat(patience.in(Phase.CLOSED)).isTrue();
    }

    private static long millis(int millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
