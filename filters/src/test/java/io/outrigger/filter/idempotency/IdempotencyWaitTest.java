package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.IdempotencyConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.filter.idempotency.Seen.State;
import io.outrigger.fixtures.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests whose key is in flight. */
class IdempotencyWaitTest extends IdempotencySetting {
    @Test
    void whoWaitsGetsTheAnswerOfTheFirst() {
        Told first = post("k", "pay");
        List<Told> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiters.add(post("k", "pay"));
        }
        assertThat(noted()).containsExactly("waits");
        loop.advanceMillis(500);
        assertThat(waiters).noneMatch(Told::answered);
        upstream.last().answer(new Response(201, Headers.NONE, Body.of(chunks.of("made"))));
        assertThat(first.body()).isEqualTo("made");
        loop.turn();
        for (Told waiter : waiters) {
            assertThat(waiter.body()).isEqualTo("made");
            assertThat(waiter).hasToString("201 201");
        }
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(counted()).containsExactly("stored 1", "waited 5");
    }

    @Test
    void whoWaitsTooLongIsTold() {
        post("k", "pay");
        Told waiter = send(request("k", "pay"), Duration.ofMinutes(1));
        loop.advance(Duration.ofSeconds(10).minusNanos(1));
        assertThat(waiter.answered()).isFalse();
        loop.advance(Duration.ofNanos(1));
        assertThat(waiter).hasToString("KEY_IN_FLIGHT KEY_IN_FLIGHT");
        assertThat(waiter.failure().retryAfterSeconds()).isEqualTo(1);
        upstream.last().answer(201);
        assertThat(counted()).containsExactly("conflict 1", "stored 1");
    }

    @Test
    void whoseTimeIsUpBeforeThatIsToldJustBefore() {
        post("k", "pay");
        Told waiter = send(request("k", "pay"), Duration.ofSeconds(1));
        loop.advanceMillis(994);
        assertThat(waiter.answered()).isFalse();
        loop.advanceMillis(1);
        assertThat(waiter).hasToString("KEY_IN_FLIGHT KEY_IN_FLIGHT");
        Told late = send(request("k", "pay"), Duration.ofMillis(5));
        assertThat(late).hasToString("KEY_IN_FLIGHT KEY_IN_FLIGHT");
        upstream.last().answer(201);
    }

    @Test
    void whoShallNotWaitIsToldAtOnce() {
        config = rejecting();
        post("k", "pay");
        Told rejected = post("k", "pay");
        assertThat(rejected).hasToString("KEY_IN_FLIGHT KEY_IN_FLIGHT");
        assertThat(rejected.failure().retryAfterSeconds()).isEqualTo(1);
        upstream.last().answer(201);
    }

    @Test
    void whoWaitsAndLeavesIsNotMissed() {
        Told first = post("k", "pay");
        Told waiter = post("k", "pay");
        last.fail(GONE);
        assertThat(waiter).hasToString("CLIENT_GONE CLIENT_GONE");
        upstream.last().answer(201);
        assertThat(first).hasToString("201 201");
        loop.turn();
        assertThat(upstream.calls()).isEqualTo(1);
    }

    @Test
    void whenTheFirstWasNeverSentTheNextGoesOn() {
        upstream.slowToConnect();
        post("k", "pay");
        Told second = post("k", "pay");
        Told third = post("k", "pay");
        upstream.call(0).fail(Failure.Kind.CONNECT_REFUSED);
        loop.turn();
        assertThat(upstream.calls()).as("the first and the second").isEqualTo(2);
        assertThat(upstream.call(1).connect().received().text()).isEqualTo("pay");
        upstream.call(1).answer(201);
        loop.turn();
        assertThat(second).hasToString("201 201");
        assertThat(read(third)).isEqualTo("201 201");
        assertThat(upstream.calls()).isEqualTo(2);
        assertThat(counted()).containsExactly("released 1", "stored 1", "waited 1");
    }

    @Test
    void whenTheFirstIsLostThoseWhoWaitAreTold() {
        post("k", "pay");
        Told waiter = post("k", "pay");
        upstream.last().fail(Failure.Kind.RESET);
        loop.turn();
        assertThat(waiter).hasToString("KEY_UNKNOWN KEY_UNKNOWN");
    }

    @Test
    void whenTheFirstIsLostAndTheUpstreamKnowsTheKeyOneOfThemIsSent() {
        config = honoured();
        post("k", "pay");
        Told second = post("k", "pay");
        Told third = post("k", "pay");
        upstream.last().fail(Failure.Kind.RESET);
        loop.turn();
        assertThat(upstream.calls()).isEqualTo(2);
        upstream.last().answer(201);
        loop.turn();
        assertThat(second).hasToString("201 201");
        assertThat(read(third)).isEqualTo("201 201");
    }

    @Test
    void theTimeOfAWaiterGoesOnThroughSeveralOwners() {
        upstream.slowToConnect();
        post("k", "pay");
        send(request("k", "pay"), Duration.ofMinutes(1));
        loop.advance(Duration.ofMillis(1));
        Told patient = send(request("k", "pay"), Duration.ofMinutes(1));
        loop.advance(Duration.ofSeconds(6));
        upstream.call(0).fail(Failure.Kind.CONNECT_REFUSED);
        loop.advance(Duration.ofSeconds(4).minusNanos(1));
        assertThat(patient.answered()).isFalse();
        loop.advance(Duration.ofNanos(1));
        assertThat(patient).hasToString("KEY_IN_FLIGHT KEY_IN_FLIGHT");
        upstream.call(1).connect().answer(201);
    }

    // ---- leases

    @Test
    void anOwnerThatLivesKeepsItsKey() {
        post("k", "pay");
        for (int minute = 0; minute < 5; minute++) {
            loop.advance(Duration.ofMinutes(1));
            assertThat(state("k")).isEqualTo(State.IN_FLIGHT);
        }
        upstream.last().answer(201);
        assertThat(state("k")).isEqualTo(State.ANSWERED);
    }

    @Test
    void whoWaitsForADeadOwnerIsToldWhenItsLeaseEnds() {
        config = patient(Duration.ofMinutes(1));
        claimBySomebodyElse("k", "pay");
        Told waiter = send(request("k", "pay"), Duration.ofMinutes(2));
        loop.advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(waiter.answered()).isFalse();
        loop.advance(Duration.ofNanos(1));
        assertThat(waiter).hasToString("KEY_UNKNOWN KEY_UNKNOWN");
    }

    // ---- reload

    @Test
    void afterAReloadTheSameKeysAreThereUnderOtherSettings() {
        Told first = post("k", "pay");
        Told waiter = post("k", "pay");
        config = rejecting();
        store = new MemoryKeyStore(table, 1 << 19); // a new filter and a new store over the kept table
        assertThat(post("k", "pay")).hasToString("KEY_IN_FLIGHT KEY_IN_FLIGHT");
        upstream.last().answer(201);
        loop.turn();
        assertThat(first).hasToString("201 201");
        assertThat(read(waiter)).isEqualTo("201 201");
        assertThat(read(post("k", "pay"))).isEqualTo("201 201");
        assertThat(upstream.calls()).isEqualTo(1);
    }

    // ---- words for it

    private static IdempotencyConfig patient(Duration waitFor) {
        IdempotencyConfig usual = config();
        return new IdempotencyConfig(
                usual.header(),
                usual.methods(),
                usual.required(),
                usual.scope(),
                usual.inFlight(),
                waitFor,
                usual.keepFor(),
                usual.lease(),
                usual.maxBody(),
                usual.maxResponse(),
                usual.serverErrors(),
                usual.unknown(),
                usual.upstreamHonoursKey(),
                usual.store(),
                usual.onStoreFailure(),
                usual.memory());
    }

    /** As a process does that dies at once. */
    private void claimBySomebodyElse(String key, String body) {
        KeyStore kept = store;
        KeyStore dying = new DyingStore(kept);
        store = dying;
        post(key, body);
        store = kept;
        Reply owner = last;
        owner.fail(GONE); // it goes on, and says nothing any more
        upstream.last().answer(201);
    }
}
