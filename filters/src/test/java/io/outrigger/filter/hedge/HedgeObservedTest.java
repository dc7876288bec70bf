package io.outrigger.filter.hedge;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.HedgeConfig;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.fixtures.Told;
import org.junit.jupiter.api.Test;

/** Hedging after what 95 of 100 first attempts took. */
class HedgeObservedTest extends HedgeSetting {
    private static final HedgeConfig P95 = new HedgeConfig(HedgeConfig.Delay.Observed.P95, 2);

    @Test
    void waitsForEverAsLongAsNothingIsKnown() {
        send(P95, get());
        loop.advanceMillis(100_000);
        assertThat(upstream.calls()).isEqualTo(1);
        last.fail(GONE);
    }

    @Test
    void beginsAnotherWhenItTakesLongerThan95OfAHundred() {
        answerAfter(20, 40);
        Told told = send(P95, get());
        int before = upstream.calls();
        loop.advanceMillis(39);
        assertThat(upstream.calls()).isEqualTo(before);
        loop.advanceMillis(5);
        assertThat(upstream.calls()).isEqualTo(before + 1);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(counted()).isEqualTo("won 1");
    }

    /** Else what is slow would never be seen: the estimate would sink with each hedge that wins. */
    @Test
    void anAttemptThatLostCountsForTheTimeThatItWasGiven() {
        answerAfter(100, 10);
        for (int i = 0; i < 300; i++) {
            send(P95, get());
            loop.advanceMillis(60); // nobody answers in time any more, but the second attempt
            upstream.last().answer(200);
        }
        assertThat(latency.p95Nanos(loop.nanoTime())).isGreaterThan(59_000_000);
    }

    @Test
    void whatSaysNothingAboutTheUpstreamIsNotCounted() {
        for (int i = 0; i < 40; i++) {
            send(P95, get());
            loop.advanceMillis(1);
            upstream.last().fail(Kind.RESET);
            send(P95, get());
            loop.advanceMillis(1);
            upstream.last().answer(503);
            send(P95, get());
            loop.advanceMillis(1);
            last.fail(GONE);
        }
        loop.advanceMillis(2000);
        assertThat(latency.p95Nanos(loop.nanoTime())).isEqualTo(ObservedLatency.UNKNOWN);
        for (int i = 0; i < 40; i++) {
            send(P95, get());
            loop.advanceMillis(700);
            upstream.last().fail(Kind.ATTEMPT_TIMEOUT);
        }
        assertThat(latency.p95Nanos(loop.nanoTime())).isGreaterThan(690_000_000);
    }

    private void answerAfter(int count, int millis) {
        for (int i = 0; i < count; i++) {
            send(P95, get());
            loop.advanceMillis(millis);
            upstream.last().answer(200);
        }
        loop.advanceMillis(1000);
    }
}
