package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.AccessLog;
import io.outrigger.config.DrainConfig;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Reply;
import io.outrigger.filter.observe.AccessLines;
import io.outrigger.filter.observe.AccessRule;
import io.outrigger.filter.observe.Meters;
import io.outrigger.filter.observe.ObserveFilter;
import io.outrigger.filter.observe.RecentExchanges;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a draining process may go, as arithmetic. */
class DrainTest {
    private static final Failure WHY = Failure.of(Failure.Kind.RESET, "over");

    private final Meters meters = new Meters(new Metrics(1));
    private final ObserveFilter observer = new ObserveFilter(
            meters.route("checkout", "charge"),
            new AccessRule(AccessLog.Plain.OFF, _ -> 0),
            AccessLines.NONE,
            new RecentExchanges(1, 0),
            Duration.ofSeconds(1));
    private long nowMillis;
    private long unfinished; // requests that go on without their clients
    private long connected; // clients that are still there
    private int stopped; // how often it was told to accept no more

    private Drain drain(int minimum, int quiet, int timeout) {
        DrainConfig config =
                new DrainConfig(Duration.ofMillis(minimum), Duration.ofMillis(quiet), Duration.ofMillis(timeout));
        return new Drain(config, meters, () -> unfinished, () -> connected, () -> nowMillis * 1_000_000);
    }

    private Reply begin() {
        Reply reply = new Reply(null);
        observer.apply(Exchanges.on(new ManualLoop()), Exchanges.get(), (_, _) -> reply);
        return reply;
    }

    private boolean over(Drain drain, int atMillis) {
        nowMillis = atMillis;
        return drain.over(() -> stopped++);
    }

    @Test
    void itEndsWhenItWasQuietForAWhileAndNothingIsLeft() {
        Drain drain = drain(0, 1000, 25_000);
        assertThat(over(drain, 999)).isFalse();
        assertThat(stopped).isZero();
        assertThat(over(drain, 1000)).isFalse(); // first it stops to accept, and looks once more
        assertThat(stopped).isEqualTo(1);
        assertThat(over(drain, 1020)).isTrue();
        assertThat(stopped).isEqualTo(1);
    }

    @Test
    void whatGoesOnWithoutItsClientIsInFlight() {
        Drain drain = drain(0, 1000, 25_000);
        unfinished = 1;
        assertThat(over(drain, 2000)).isFalse();
        assertThat(stopped).isZero();
        unfinished = 0;
        over(drain, 2980);
        assertThat(stopped).isZero();
        over(drain, 3000);
        assertThat(over(drain, 3020)).isTrue();
    }

    @Test
    void theMinimumIsKept() {
        Drain drain = drain(3000, 1000, 25_000);
        assertThat(over(drain, 2999)).isFalse();
        assertThat(stopped).isZero();
        over(drain, 3000);
        assertThat(over(drain, 3020)).isTrue();
    }

    @Test
    void whatIsInFlightKeepsItAndSoDoesWhatHasJustEnded() {
        Drain drain = drain(0, 1000, 25_000);
        Reply reply = begin();
        assertThat(over(drain, 5000)).isFalse();
        reply.fail(WHY);
        assertThat(over(drain, 5500)).isFalse();
        assertThat(over(drain, 5999)).isFalse();
        assertThat(stopped).isZero();
        over(drain, 6000);
        assertThat(over(drain, 6020)).isTrue();
    }

    @Test
    void aRequestThatCameAndWentBetweenTwoLooksCounts() {
        Drain drain = drain(0, 1000, 25_000);
        over(drain, 900);
        begin().fail(WHY);
        assertThat(over(drain, 1500)).isFalse();
        assertThat(over(drain, 2400)).isFalse();
        assertThat(stopped).isZero();
    }

    @Test
    void whatComesWithTheLastOfTheQuietIsStillServed() {
        Drain drain = drain(0, 1000, 25_000);
        over(drain, 1000);
        Reply reply = begin(); // was accepted just before
        assertThat(over(drain, 1020)).isFalse();
        assertThat(over(drain, 4000)).isFalse();
        reply.fail(WHY);
        assertThat(over(drain, 4020)).isTrue();
    }

    @Test
    void clientsWhoAreStillThereWhenAcceptingStopsAreWaitedForUntilTheTimeIsUp() {
        connected = 2; // one has just come and is about to ask, one has not read all of its answer
        Drain drain = drain(0, 1000, 25_000);
        over(drain, 1000);
        assertThat(stopped).isEqualTo(1); // being connected alone does not hold it up
        assertThat(over(drain, 1020)).isFalse();
        connected = 1;
        assertThat(over(drain, 24_999)).isFalse();
        assertThat(over(drain, 25_000)).isTrue();

        Drain other = drain(0, 1000, 25_000);
        over(other, 26_000);
        connected = 0;
        assertThat(over(other, 26_020)).isTrue();
    }

    @Test
    void fiveSecondsBeforeTheTimeIsUpItAcceptsNoMore() {
        Drain drain = drain(0, 1000, 25_000);
        Reply reply = begin();
        assertThat(over(drain, 19_999)).isFalse();
        assertThat(stopped).isZero();
        assertThat(over(drain, 20_000)).isFalse();
        assertThat(stopped).isEqualTo(1);
        assertThat(over(drain, 24_999)).isFalse();
        assertThat(over(drain, 25_000)).isTrue(); // and cuts what is left
        reply.fail(WHY);
    }

    @Test
    void aShortTimeoutHasALastCallInItsSecondHalf() {
        Drain drain = drain(0, 500, 2000);
        Reply reply = begin();
        over(drain, 999);
        assertThat(stopped).isZero();
        over(drain, 1000);
        assertThat(stopped).isEqualTo(1);
        reply.fail(WHY);
    }

    @Test
    void requestsOfARouteThatAReloadTookAwayAreWaitedFor() {
        Reply reply = begin();
        meters.retain("checkout", Set.of("refund"), Set.of());
        Drain drain = drain(0, 1000, 25_000);
        assertThat(over(drain, 5000)).isFalse();
        assertThat(stopped).isZero();
        reply.fail(WHY);
        over(drain, 5020);
        over(drain, 6020);
        assertThat(over(drain, 6040)).isTrue();
    }
}
