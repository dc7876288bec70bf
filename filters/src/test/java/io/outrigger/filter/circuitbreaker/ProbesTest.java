package io.outrigger.filter.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.BulkheadConfig;
import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.HedgeConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.filter.bulkhead.BulkheadFilter;
import io.outrigger.filter.bulkhead.BulkheadMetrics;
import io.outrigger.filter.bulkhead.Slots;
import io.outrigger.filter.hedge.HedgeFilter;
import io.outrigger.filter.hedge.HedgeMetrics;
import io.outrigger.filter.hedge.HedgeTerms;
import io.outrigger.filter.hedge.ObservedLatency;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that try a half-open circuit among the filters that stand around it: what becomes of one, its lease comes back. */
class ProbesTest {
    private static final Logger LOG = Logger.getLogger(Transitions.class.getName());
    private static final Failure GONE = Failure.of(Kind.CLIENT_GONE, "by the test");

    private final ManualLoop loop = new ManualLoop();
    private final FakeUpstream upstream = new FakeUpstream();
    private final Refusals refusals = new CircuitMetrics(new Metrics(1)).refusals("charge");
    private final CircuitBreakerConfig config = CircuitConfigs.usual().make(); // of three calls two have to go well
    private final CircuitBreaker circuit =
            new CircuitBreaker("route charge", new Transitions(), bound -> bound / 2, config, loop.nanoTime());
    private final Slots slots = new Slots(1);
    private final Service shared = new BulkheadFilter(
                    "one",
                    new BulkheadConfig(1, 100, Duration.ofMillis(50), Optional.empty()),
                    slots,
                    new BulkheadMetrics(new Metrics(1)).meters("one"))
            .over(upstream);

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.WARNING);
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    @BeforeEach
    void halfOpen() {
        for (int i = 0; i < 5; i++) {
            send(upstream);
            upstream.last().fail(Kind.RESET);
        }
        loop.advance(Duration.ofSeconds(5));
        assertThat(phase()).isEqualTo(Phase.OPEN);
    }

    @AfterEach
    void closesByItself() {
        for (int i = 0; i < 2; i++) {
            send(upstream);
            upstream.last().answer(200);
        }
        assertThat(phase()).as("after two calls that have gone well").isEqualTo(Phase.CLOSED);
        assertThat(slots.taken()).as("slots").isZero();
        assertThat(loop.pending()).as("timers").isZero();
    }

    private Phase phase() {
        return circuit.phase(loop.nanoTime());
    }

    private Service guarded(CircuitBreakerConfig settings, Service next) {
        return new CircuitBreakerFilter(settings, circuit, refusals).over(next);
    }

    private Reply send(Service next) {
        return guarded(config, next).send(Exchanges.on(loop), Exchanges.get());
    }

    // ---- in the queue of a bulkhead

    private Reply slotTaken() {
        return shared.send(Exchanges.on(loop), Exchanges.get());
    }

    @Test
    void thoseWhoseClientsLeaveTheQueueGiveTheirLeasesBack() {
        Reply other = slotTaken();
        for (int round = 0; round < 20; round++) {
            List<Reply> probes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                probes.add(send(shared));
            }
            assertThat(Told.by(send(shared)).failure().kind()).isEqualTo(Kind.CIRCUIT_OPEN);
            assertThat(slots.waiting()).isEqualTo(3);
            probes.forEach(probe -> probe.fail(GONE));
            assertThat(phase()).isEqualTo(Phase.HALF_OPEN);
        }
        other.fail(GONE);
    }

    @Test
    void thoseThatWaitedForTooLongGiveTheirLeasesBack() {
        Reply other = slotTaken();
        for (int round = 0; round < 20; round++) {
            Told probe = Told.by(send(shared));
            loop.advanceMillis(50);
            assertThat(probe.failure().kind()).isEqualTo(Kind.BULKHEAD_FULL);
        }
        other.fail(GONE);
    }

    @Test
    void oneWhoseClientLeavesAtTheMomentItsSlotComesGivesBothBack() {
        Reply other = slotTaken();
        Reply probe = send(shared);
        other.fail(GONE); // the slot is on its way to the loop of the probe
        probe.fail(GONE);
        loop.advanceMillis(1);
    }

    // ---- hedged

    @Test
    void eachAttemptOfAHedgedOneIsAProbeAndTheLosersLeaseComesBack() {
        Service hedged = hedge().over(guarded(config, upstream));
        int before = upstream.calls();
        Told told = Told.by(hedged.send(Exchanges.on(loop), Exchanges.get()));
        loop.advanceMillis(100);
        assertThat(upstream.calls() - before).isEqualTo(2);
        Reply third = send(upstream);
        assertThat(Told.by(send(upstream)).failure().kind()).isEqualTo(Kind.CIRCUIT_OPEN);
        upstream.call(before).answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(upstream.call(before + 1).cancelled()).isNotNull();
        third.fail(GONE);
        assertThat(phase()).as("one has gone well").isEqualTo(Phase.HALF_OPEN);
        Reply again = send(upstream);
        Reply andAgain = send(upstream);
        assertThat(Told.by(send(upstream)).failure().kind())
                .as("three, of which one has answered")
                .isEqualTo(Kind.CIRCUIT_OPEN);
        again.fail(GONE);
        andAgain.fail(GONE);
    }

    @Test
    void aHedgeThatTheCircuitRefusesTakesNothingFromTheFirst() {
        Service hedged = hedge().over(guarded(config, upstream));
        List<Reply> others = List.of(send(upstream), send(upstream));
        Told told = Told.by(hedged.send(Exchanges.on(loop), Exchanges.get()));
        int first = upstream.calls() - 1;
        loop.advanceMillis(100); // another would be the fourth
        assertThat(upstream.calls()).isEqualTo(first + 1);
        upstream.call(first).answer(200);
        assertThat(told).hasToString("200 200");
        others.forEach(other -> other.fail(GONE));
    }

    private static HedgeFilter hedge() {
        HedgeTerms always = new HedgeTerms() {
            @Override
            public boolean repeatable(Exchange its, Request request) {
                return true;
            }

            @Override
            public boolean acceptable(Response head) {
                return true;
            }

            @Override
            public boolean circuitOpen(long now) {
                return false;
            }

            @Override
            public boolean silent(long now) {
                return false;
            }

            @Override
            public boolean tryPay(long now) {
                return true;
            }
        };
        return new HedgeFilter(
                new HedgeConfig(new HedgeConfig.Delay.Fixed(Duration.ofMillis(100)), 2),
                always,
                new ObservedLatency(0),
                new HedgeMetrics(new Metrics(1)).route("charge"),
                () -> false);
    }

    // ---- a reload in the middle

    @Test
    void aReloadWhileTheyAreUnderWayLosesNoLeaseAndLendsNoneTwice() {
        List<Reply> before = List.of(send(upstream), send(upstream));
        CircuitBreakerConfig reloaded = CircuitConfigs.usual().make(); // another snapshot has its own
        Service next = guarded(reloaded, upstream);
        Reply third = next.send(Exchanges.on(loop), Exchanges.get());
        assertThat(Told.by(next.send(Exchanges.on(loop), Exchanges.get()))
                        .failure()
                        .kind())
                .isEqualTo(Kind.CIRCUIT_OPEN);
        before.forEach(probe -> probe.fail(GONE)); // by the old snapshot
        third.fail(GONE);
        for (int i = 0; i < 3; i++) {
            before = new ArrayList<>(before);
            before.add(next.send(Exchanges.on(loop), Exchanges.get()));
        }
        assertThat(Told.by(next.send(Exchanges.on(loop), Exchanges.get()))
                        .failure()
                        .kind())
                .isEqualTo(Kind.CIRCUIT_OPEN);
        before.forEach(probe -> probe.fail(GONE));
    }
}
