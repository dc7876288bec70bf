package io.outrigger.filter.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.config.BulkheadConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Note;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Histogram;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Slots come back exactly once, whatever becomes of the call and in whatever order. */
class BulkheadFilterTest {
    private static final Failure GONE = Failure.of(Kind.CLIENT_GONE, "by the test");

    private final ManualLoop loop = new ManualLoop();
    private final ManualLoop other = new ManualLoop(1);
    private final FakeUpstream upstream = new FakeUpstream();
    private final Metrics metrics = new Metrics(2);
    private final BulkheadMetrics shown = new BulkheadMetrics(metrics);
    private final Slots slots = new Slots(1);
    private Exchange exchange = Exchanges.on(loop);

    private Reply send(ManualLoop on, int pending, Service next, Body body) {
        exchange = Exchanges.on(on);
        BulkheadConfig config = new BulkheadConfig(1, pending, Duration.ofMillis(50), Optional.empty());
        return new BulkheadFilter("charge", config, slots, shown.meters("charge"))
                .over(next)
                .send(exchange, Exchanges.request("POST", body));
    }

    private Reply send(ManualLoop on) {
        return send(on, 10, upstream, Body.EMPTY);
    }

    private Reply send() {
        return send(loop);
    }

    private void assertIdle() {
        assertThat(slots.taken()).as("taken").isZero();
        assertThat(slots.waiting()).as("waiting").isZero();
        assertThat(loop.pending() + other.pending()).as("timers").isZero();
    }

    // ---- with a slot

    @Test
    void aSlotIsHeldUntilTheEndOfTheResponse() {
        send();
        upstream.last().answer(new Response(200, Headers.NONE, Body.EMPTY));
        assertThat(slots.taken()).isOne();
        upstream.last().complete();
        assertIdle();
    }

    @Test
    void aSlotComesBackWhenTheCallFails() {
        send();
        upstream.last().fail(Kind.RESET);
        assertIdle();
    }

    @Test
    void aSlotComesBackWhenTheCallIsGivenUp() {
        Reply reply = send();
        reply.fail(GONE);
        assertIdle();
        upstream.last().fail(Kind.RESET);
        assertIdle();
    }

    @Test
    void aSlotComesBackFromABug() {
        Service bug = (_, _) -> {
            throw new IllegalStateException("by the test");
        };
        assertThatThrownBy(() -> send(loop, 10, bug, Body.EMPTY)).isInstanceOf(IllegalStateException.class);
        assertIdle();
    }

    // ---- without

    @Test
    void whoWaitsIsSentOnItsOwnLoopWhenASlotComesFree() {
        send();
        Told second = Told.by(send(other));
        assertThat(upstream.calls()).isOne();
        upstream.call(0).answer(200);
        assertThat(upstream.calls()).as("before its loop turns").isOne();
        other.turn();
        assertThat(upstream.calls()).isEqualTo(2);
        upstream.call(1).answer(204);
        assertThat(second).hasToString("204 204");
        assertIdle();
    }

    @Test
    void whoWaitsForTooLongIsRefused() {
        Reply first = send();
        Told late = Told.by(send());
        loop.advanceMillis(49);
        assertThat(late.answered()).isFalse();
        loop.advanceMillis(1);
        assertThat(late.failure())
                .isEqualTo(Failure.of(Kind.BULKHEAD_FULL, "no slot of bulkhead charge came free within 50 ms"));
        assertThat(late.failure().blame()).isEqualTo(Blame.PROXY);
        assertThat(late.failure().delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(slots.waiting()).isZero();
        assertThat(exchange.notes())
                .extracting(Note::by, Note::verdict)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("bulkhead", "waits"),
                        org.assertj.core.groups.Tuple.tuple("bulkhead", "refused"));
        first.fail(GONE);
        assertIdle();
    }

    @Test
    void whoComesToAFullQueueIsRefusedAtOnceAndItsBodyIsNotWanted() {
        Reply first = send();
        PushedBody body = new PushedBody(new Chunks());
        Told refused = Told.by(send(loop, 0, upstream, body));
        assertThat(refused.failure().detail()).isEqualTo("bulkhead charge has 1 requests under way and 0 waiting");
        assertThat(body.discarded()).isEqualTo(refused.failure());
        assertThat(counter()).isOne();
        first.fail(GONE);
        assertIdle();
    }

    // ---- every order of a slot that comes, time that is up and a client who leaves

    @Test
    void whoLeavesTheQueueIsNotSentAndItsBodyIsNotWanted() {
        Reply first = send();
        PushedBody body = new PushedBody(new Chunks());
        Reply second = send(loop, 10, upstream, body);
        second.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
        assertThat(slots.waiting()).isZero();
        first.fail(GONE);
        loop.advanceMillis(100);
        assertThat(upstream.calls()).isOne();
        assertIdle();
    }

    @Test
    void aSlotThatIsOnItsWayToOneWhoLeavesComesBack() {
        send();
        Reply second = send(other);
        upstream.call(0).answer(200); // granted, but its loop has not turned
        second.fail(GONE);
        assertThat(slots.taken()).isOne();
        other.turn();
        assertThat(upstream.calls()).isOne();
        assertIdle();
    }

    @Test
    void aSlotThatIsOnItsWayWhenTimeIsUpGoesToTheNext() {
        send();
        Told second = Told.by(send(other));
        Told third = Told.by(send(loop));
        upstream.call(0).answer(200); // for the second
        other.advanceMillis(0); // and it is there in time
        upstream.call(1).answer(200); // for the third
        loop.turn();
        upstream.call(2).answer(200);
        assertThat(second).hasToString("200 200");
        assertThat(third).hasToString("200 200");
        assertIdle();
    }

    @Test
    void timeThatIsUpBeforeItsSlotArrivesRefusesAndTheSlotComesBack() {
        send();
        Told second = Told.by(send(loop));
        loop.advanceMillis(49);
        loop.after(Duration.ofMillis(1).toNanos(), () -> upstream.call(0).answer(200)); // in the turn of the timer
        loop.advanceMillis(1);
        loop.turn();
        assertThat(second.failure().kind()).isEqualTo(Kind.BULKHEAD_FULL);
        assertThat(upstream.calls()).isOne();
        assertIdle();
    }

    @Test
    void whoLeavesAfterItsSlotHasComeGivesItBackOnce() {
        send();
        Reply second = send(loop);
        upstream.call(0).answer(200);
        loop.turn();
        second.fail(GONE);
        assertThat(upstream.call(1).cancelled()).isEqualTo(GONE);
        assertIdle();
    }

    // ---- limits that change

    @Test
    void aLimitThatIsRaisedLetsThoseInWhoWait() {
        send();
        send(other);
        slots.limit(2);
        other.turn();
        assertThat(upstream.calls()).isEqualTo(2);
        upstream.call(0).answer(200);
        upstream.call(1).answer(200);
        assertIdle();
    }

    @Test
    void aLimitThatIsLoweredHoldsOnceEnoughHaveComeBack() {
        slots.limit(2);
        send();
        send();
        slots.limit(1);
        Told third = Told.by(send(loop));
        upstream.call(0).answer(200);
        loop.turn();
        assertThat(upstream.calls()).isEqualTo(2);
        upstream.call(1).answer(200);
        loop.turn();
        upstream.call(2).answer(200);
        assertThat(third).hasToString("200 200");
        assertIdle();
    }

    // ---- metrics

    @Test
    void waitsAreMeasuredOfThoseWhoGotASlot() {
        shown.show("charge", slots);
        send();
        send();
        assertThat(gauge("outrigger_bulkhead_in_use")).isOne();
        assertThat(gauge("outrigger_bulkhead_pending")).isOne();
        assertThat(gauge("outrigger_bulkhead_limit")).isOne();
        loop.advanceMillis(20);
        upstream.call(0).answer(200);
        loop.turn();
        Histogram waits = (Histogram) series("outrigger_bulkhead_wait_seconds");
        assertThat(waits.count()).isEqualTo(2);
        assertThat(waits.sumSeconds()).isEqualTo(0.02);
        upstream.call(1).answer(200);
        shown.retain(java.util.Set.of());
        assertThat(metrics.families())
                .filteredOn(family -> family.name().startsWith("outrigger_bulkhead_"))
                .hasSize(5)
                .allMatch(family -> family.series().isEmpty());
    }

    private Object series(String name) {
        for (Family<?> family : metrics.families()) {
            if (family.name().equals(name)) {
                return family.series().get(List.of("charge"));
            }
        }
        throw new AssertionError(name);
    }

    private double gauge(String name) {
        return ((io.outrigger.metrics.Reading) series(name)).value();
    }

    private long counter() {
        return ((io.outrigger.metrics.Counter) series("outrigger_bulkhead_refused_total")).total();
    }
}
