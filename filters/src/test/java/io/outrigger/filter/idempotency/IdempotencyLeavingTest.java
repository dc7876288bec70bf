package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Response;
import io.outrigger.filter.idempotency.Seen.State;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave, and deadlines that pass: what the upstream may have seen goes on, so that its answer is kept. */
class IdempotencyLeavingTest extends IdempotencySetting {
    @Test
    void whoLeavesWithHalfABodyHasClaimedNothing() {
        PushedBody body = new PushedBody(chunks).push("pa");
        Told told = send(request("k", body));
        last.fail(GONE);
        assertThat(told).hasToString("CLIENT_GONE CLIENT_GONE");
        assertThat(body.discarded()).isEqualTo(GONE);
        assertThat(free("k")).isTrue();
    }

    @Test
    void whatWasNotSentWhenItsClientLeftNeverIs() {
        upstream.slowToConnect();
        post("k", "pay");
        last.fail(GONE);
        assertThat(upstream.last().cancelled()).isEqualTo(GONE);
        assertThat(free("k")).isTrue();
        assertThat(counted()).containsExactly("released 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasSentGoesOnAndTheNextRequestGetsItsAnswer(boolean clientLeft) {
        Told told = post("k", "pay");
        Failure why = clientLeft ? GONE : LATE;
        last.fail(why);
        assertThat(told.failure()).isEqualTo(why);
        assertThat(noted()).containsExactly("goes on");
        assertThat(upstream.last().cancelled()).isNull();
        assertThat(shown.unfinished()).as("for the drain").isEqualTo(1);
        assertThat(state("k")).isEqualTo(State.IN_FLIGHT);
        Told next = post("k", "pay");
        upstream.call(0).answer(new Response(201, Headers.NONE, Body.of(chunks.of("made"))));
        loop.turn();
        assertThat(next.body()).isEqualTo("made");
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(counted()).containsExactly("stored 1", "waited 1");
    }

    @Test
    void whoLeavesInTheMiddleOfTheAnswerIsNotMissed() {
        Told told = post("k", "pay");
        PushedBody body = new PushedBody(chunks).push("ma");
        upstream.last().answer(new Response(201, Headers.NONE, body));
        RecordingSink client = RecordingSink.reading(told.head().body());
        last.fail(GONE);
        assertThat(client.text()).isEqualTo("ma");
        body.push("de").end();
        assertThat(post("k", "pay").body()).isEqualTo("made");
        assertThat(client.text()).isEqualTo("ma");
    }

    @Test
    void whoLeavesBeforeReadingTheAnswerIsNotMissed() {
        post("k", "pay");
        PushedBody body = new PushedBody(chunks).push("ma");
        upstream.last().answer(new Response(201, Headers.NONE, body));
        last.fail(GONE); // the head has come, and nobody has begun to read
        body.push("de").end();
        assertThat(post("k", "pay").body()).isEqualTo("made");
    }

    @Test
    void whoReadsSlowlyDoesNotHoldTheUpstream() {
        Told told = post("k", "pay");
        PushedBody body = new PushedBody(chunks);
        upstream.last().answer(new Response(201, Headers.NONE, body));
        RecordingSink slow = new RecordingSink(1);
        told.head().body().pushTo(slow);
        body.push("a").push("b").push("c").end();
        assertThat(slow.text()).isEqualTo("a");
        assertThat(body.waiting()).isZero();
        assertThat(state("k")).isEqualTo(State.ANSWERED);
        assertThat(told.ended()).isFalse();
        slow.demand(10);
        told.head().body().resume();
        assertThat(slow.text()).isEqualTo("abc");
        assertThat(told).hasToString("201 201");
    }

    @Test
    void whoReadsSlowlyAndLeavesAfterTheEndOfTheAnswerLeavesNothingBehind() {
        Told told = post("k", "pay");
        PushedBody body = new PushedBody(chunks);
        upstream.last().answer(new Response(201, Headers.NONE, body));
        told.head().body().pushTo(new RecordingSink(1));
        body.push("a").push("b").end();
        assertThat(buffers.takenBytes()).isPositive();
        last.fail(GONE);
        assertThat(buffers.takenBytes()).isZero();
        assertThat(state("k")).isEqualTo(State.ANSWERED);
    }

    @Test
    void anAnswerThatNobodyWaitsForAndNobodyMayKeepIsNotReadToItsEnd() {
        post("k", "pay");
        last.fail(GONE);
        PushedBody body = new PushedBody(chunks);
        upstream.last().answer(new Response(200, Headers.NONE, body));
        body.push("x".repeat(SMALL)).push("y");
        assertThat(body.discarded()).isNotNull();
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
    }

    @Test
    void whatIsForgottenAnywayDoesNotGoOn() {
        post("k", "pay");
        PushedBody body = new PushedBody(chunks).push("not now");
        upstream.last().answer(new Response(429, Headers.NONE, body));
        assertThat(free("k")).isTrue();
        last.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
        assertThat(shown.unfinished()).isZero();
    }

    // ---- how long

    @Test
    void itGoesOnUntilTheDeadlineAndALease() {
        post("k", "pay"); // 2 s, and a lease of 30 s
        loop.advance(Duration.ofSeconds(1));
        last.fail(GONE);
        loop.advance(Duration.ofSeconds(31).minusNanos(1));
        assertThat(upstream.last().cancelled()).isNull();
        assertThat(state("k")).isEqualTo(State.IN_FLIGHT);
        loop.advance(Duration.ofNanos(1));
        assertThat(upstream.last().cancelled()).isNotNull();
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
        assertThat(counted()).containsExactly("held 1");
    }

    @Test
    void afterTheDeadlineItGoesOnForALease() {
        post("k", "pay");
        loop.advance(Duration.ofSeconds(2));
        last.fail(LATE);
        loop.advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(upstream.last().cancelled()).isNull();
        loop.advance(Duration.ofNanos(1));
        assertThat(upstream.last().cancelled()).isNotNull();
    }

    @Test
    void withoutADeadlineItGoesOnForALease() {
        exchange = io.outrigger.fixtures.Exchanges.on(loop);
        last = filter().apply(exchange, request("k", "pay"), upstream);
        last.fail(GONE);
        loop.advance(Duration.ofSeconds(30));
        assertThat(upstream.last().cancelled()).isNotNull();
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
    }

    @Test
    void interimResponsesAreForClientsThatAreThere() {
        post("k", "pay");
        int[] interims = {0};
        exchange.onInterim((_, _) -> interims[0]++);
        exchange.interim(103, Headers.NONE);
        last.fail(GONE);
        exchange.interim(103, Headers.NONE);
        assertThat(interims[0]).isEqualTo(1);
        upstream.last().answer(200);
    }
}
