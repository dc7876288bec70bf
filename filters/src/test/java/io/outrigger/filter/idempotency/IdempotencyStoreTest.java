package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.IdempotencyConfig.OnStoreFailure;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Repeat;
import io.outrigger.exchange.Reply;
import io.outrigger.filter.idempotency.Seen.State;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.Told;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A store that answers later, or cannot be asked. */
class IdempotencyStoreTest extends IdempotencySetting {
    private final FarStore far = new FarStore(store);

    IdempotencyStoreTest() {
        store = far;
    }

    @Test
    void nothingIsSentBeforeTheStoreHasSpoken() {
        Told told = post("k", "pay");
        assertThat(upstream.calls()).isZero();
        far.answerAll();
        assertThat(upstream.calls()).isEqualTo(1);
        upstream.last().answer(201);
        assertThat(told).hasToString("201 201"); // without waiting for the store to take it
        assertThat(shown.unfinished()).as("for the drain").isEqualTo(1);
        far.answerAll();
        assertThat(shown.unfinished()).isZero();
        assertThat(state("k")).isEqualTo(State.ANSWERED);
    }

    @Test
    void nobodyIsAskedWhereTheBodyCannotBeHeld() {
        long all = 100_000;
        assertThat(buffers.tryTake(all)).isTrue();
        assertThat(post("k", "pay")).hasToString("SHED SHED");
        assertThat(far.asked()).isZero();
        buffers.giveBack(all);
    }

    @Test
    void aKeyThatComesTooLateIsGivenBack() {
        post("k", "pay");
        last.fail(GONE);
        far.answerAll();
        far.answerAll();
        assertThat(upstream.calls()).isZero();
        assertThat(free("k")).isTrue();
    }

    @Test
    void aKeyThatComesTooLateIsGivenBackOnceTheStoreIsThereAgain() {
        post("k", "pay");
        last.fail(GONE);
        far.answerAll();
        far.down = true;
        far.answerAll();
        assertThat(free("k")).isFalse();
        assertThat(shown.unfinished()).as("for the drain").isEqualTo(1);
        far.down = false;
        loop.advance(config.lease().dividedBy(4));
        far.answerAll();
        assertThat(free("k")).isTrue();
        assertThat(shown.unfinished()).isZero();
    }

    @Test
    void aLostKeyThatComesTooLateIsLostStill() {
        config = honoured();
        post("k", "pay");
        far.answerAll();
        upstream.last().fail(Failure.Kind.RESET);
        far.answerAll();
        post("k", "pay");
        last.fail(GONE);
        far.answerAll();
        far.answerAll();
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
        post("k", "pay");
        far.losesAnswers = true;
        far.answerAll();
        far.answerAll();
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
    }

    @Test
    void aWaiterWhoseTimeIsUpWhileTheStoreIsAskedTakesNothing() {
        upstream.slowToConnect();
        post("k", "pay");
        far.answerAll();
        Told waiter = send(request("k", "pay"), Duration.ofSeconds(2));
        far.answerAll();
        upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        far.answerAll(); // the key is free, and the waiter asks for it
        loop.turn();
        loop.advance(Duration.ofSeconds(2));
        assertThat(waiter).hasToString("KEY_IN_FLIGHT KEY_IN_FLIGHT");
        far.answerAll();
        far.answerAll();
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(free("k")).isTrue();
    }

    // ---- one that cannot be asked

    @Test
    void withoutItsStoreARequestIsRefused() {
        far.down = true;
        Told told = post("k", "pay");
        far.answerAll();
        assertThat(told).hasToString("STORE_FAILED STORE_FAILED");
        assertThat(told.failure().detail()).isEqualTo("by the test");
        assertThat(exchange.repeat()).as("for whoever would answer instead").isEqualTo(Repeat.NEVER);
        assertThat(upstream.calls()).isZero();
        far.answerAll();
        assertThat(counted()).containsExactly("store_failed 1");
    }

    @Test
    void orSentWithoutProtection() {
        config = forwarding();
        assertThat(config.onStoreFailure()).isEqualTo(OnStoreFailure.FORWARD);
        far.down = true;
        Told told = post("k", "pay");
        far.answerAll();
        assertThat(upstream.last().received().text()).isEqualTo("pay");
        assertThat(exchange.repeat()).isEqualTo(Repeat.NEVER);
        assertThat(noted()).containsExactly("unprotected");
        upstream.last().answer(201);
        assertThat(told).hasToString("201 201");
        last.fail(GONE);
        far.answerAll();
        assertThat(counted()).containsExactly("store_failed 1");
    }

    @Test
    void anUnprotectedBodyThatNobodyBelowHasTouchedIsReleased() {
        config = forwarding();
        far.down = true;
        exchange = Exchanges.on(loop);
        Failure open = Failure.of(Failure.Kind.CIRCUIT_OPEN, "by the test");
        Told told = Told.by(filter().apply(exchange, request("k", "pay"), (_, _) -> Reply.failed(open)));
        far.answerAll();
        far.answerAll();
        assertThat(told).hasToString("CIRCUIT_OPEN CIRCUIT_OPEN");
    }

    @Test
    void whoLeavesUnprotectedIsGone() {
        config = forwarding();
        far.down = true;
        post("k", "pay");
        far.answerAll();
        last.fail(GONE);
        assertThat(upstream.last().cancelled()).isEqualTo(GONE);
        far.answerAll();
    }

    @Test
    void aClaimThatMayHaveComeAboutIsTakenBack() {
        far.losesAnswers = true; // it does what it is asked, and nobody hears of it
        Told told = post("k", "pay");
        far.answerAll();
        assertThat(told).hasToString("STORE_FAILED STORE_FAILED");
        far.answerAll();
        assertThat(free("k")).isTrue();
    }

    @Test
    void anAnswerIsOfferedAgainUntilTheStoreTakesIt() {
        Told told = post("k", "pay");
        far.answerAll();
        far.down = true;
        upstream.last().answer(201);
        assertThat(told).hasToString("201 201");
        far.answerAll();
        assertThat(shown.unfinished()).isEqualTo(1);
        far.down = false;
        loop.advance(Duration.ofMillis(7500)); // a quarter of the lease
        far.answerAll();
        assertThat(state("k")).isEqualTo(State.ANSWERED);
        assertThat(counted()).containsExactly("store_failed 1", "stored 1");
    }

    @Test
    void afterSomeTriesItIsLeftToTheLease() {
        post("k", "pay");
        far.answerAll();
        far.down = true;
        upstream.last().answer(201);
        for (int i = 0; i < 4; i++) {
            far.answerAll();
            loop.advance(Duration.ofMillis(7500));
        }
        assertThat(far.asked()).isZero();
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
        assertThat(counted()).containsExactly("store_failed 4");
    }

    @Test
    void aLeaseIsRenewedAlsoWhenTheStoreWasAwayForAMoment() {
        post("k", "pay");
        far.answerAll();
        far.down = true;
        loop.advance(Duration.ofSeconds(10));
        far.answerAll();
        far.down = false;
        loop.advance(Duration.ofSeconds(10));
        far.answerAll();
        loop.advance(Duration.ofSeconds(15));
        assertThat(state("k")).isEqualTo(State.IN_FLIGHT);
        far.answerAll();
        upstream.last().answer(201);
        far.answerAll();
        assertThat(state("k")).isEqualTo(State.ANSWERED);
    }

    @Test
    void anOwnerThatHasLostItsKeyFinishesInVain() {
        post("k", "pay");
        far.answerAll();
        loop.advance(Duration.ofSeconds(10)); // asks for the lease, and hears nothing
        loop.advance(Duration.ofSeconds(20));
        far.hold();
        new RouteKeys("charge", "memory", new MemoryKeyStore(table, 1 << 20), java.util.Optional.of(table))
                .release("k", loop, _ -> {});
        far.answerAll();
        upstream.last().answer(201);
        far.answerAll();
        assertThat(free("k")).isTrue();
        assertThat(noted()).contains("lost");
        assertThat(counted()).isEmpty();
    }
}
