package io.outrigger.filter.timeout;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.Told;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One attempt has 800 ms here. */
class AttemptTimeoutFilterTest {
    private static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");

    private final ManualLoop loop = new ManualLoop();
    private final Exchange exchange = Exchanges.on(loop);
    private final FakeUpstream upstream = new FakeUpstream();
    private final Chunks chunks = new Chunks();
    private final Service service = new AttemptTimeoutFilter(Duration.ofMillis(800)).over(upstream);

    @AfterEach
    void nothingIsLeft() {
        assertThat(chunks.held()).isZero();
        assertThat(loop.pending()).isZero();
    }

    @Test
    void anAttemptWithoutABodyCountsFromItsHead() {
        Told told = send(Exchanges.get());
        loop.advanceMillis(799);
        assertThat(told).hasToString("");
        loop.advanceMillis(1);
        assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
        assertThat(told.failure().detail()).isEqualTo("no response head within 800 ms");
        assertThat(told.failure().blame()).isEqualTo(Blame.UPSTREAM);
        assertThat(told.failure().delivery()).isEqualTo(Delivery.UNKNOWN);
        assertThat(upstream.last().cancelled()).isEqualTo(told.failure());
    }

    @Test
    void timeWithoutAConnectionDoesNotCount() {
        upstream.slowToConnect();
        Told told = send(Exchanges.get());
        loop.advanceMillis(5000);
        assertThat(told).hasToString("");
        upstream.last().connect();
        loop.advanceMillis(799);
        assertThat(told).hasToString("");
        loop.advanceMillis(1);
        assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
    }

    @Test
    void timeWhileTheClientSendsDoesNotCount() {
        PushedBody body = new PushedBody(chunks, 4).push("ab");
        Told told = send(Exchanges.request("POST", body));
        loop.advanceMillis(5000);
        assertThat(told).hasToString("");
        body.push("cd").end();
        assertThat(upstream.last().received().text()).isEqualTo("abcd");
        assertThat(upstream.last().request().body().length()).isEqualTo(4);
        loop.advanceMillis(799);
        assertThat(told).hasToString("");
        loop.advanceMillis(1);
        assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
    }

    @Test
    void theHeadCallsTheTimerOff() {
        Told told = send(Exchanges.get());
        PushedBody body = new PushedBody(chunks);
        upstream.last().answer(new Response(200, Headers.NONE, body));
        assertThat(loop.pending()).isZero();
        loop.advanceMillis(5000);
        assertThat(told).hasToString("200");
        told.head().body().discard(GONE);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void aHeadThatComesBeforeTheEndOfTheRequestArmsNoTimer() {
        PushedBody body = new PushedBody(chunks).push("ab");
        Told told = send(Exchanges.request("POST", body));
        PushedBody response = new PushedBody(chunks);
        upstream.last().answer(new Response(200, Headers.NONE, response));
        body.end();
        assertThat(loop.pending()).isZero();
        told.head().body().discard(GONE);
    }

    @Test
    void anAttemptThatFailsOrIsCancelledLeavesNoTimer() {
        Told failed = send(Exchanges.get());
        upstream.last().fail(Failure.Kind.RESET);
        assertThat(failed).hasToString("RESET RESET");
        assertThat(loop.pending()).isZero();

        service.send(exchange, Exchanges.get()).fail(GONE);
        assertThat(upstream.last().cancelled()).isEqualTo(GONE);
        assertThat(loop.pending()).isZero();
    }

    @Test
    void aBodyThatEndsAfterItsAttemptFailedArmsNoTimer() {
        upstream.will(call -> {}); // never reads, never answers
        PushedBody body = new PushedBody(chunks);
        Told told = send(Exchanges.request("POST", body));
        upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        assertThat(body.discarded()).isNotNull();
        assertThat(told).hasToString("CONNECT_REFUSED CONNECT_REFUSED");
    }

    @Test
    void aBodyThatBreaksOffFailsTheAttemptByItself() {
        PushedBody body = new PushedBody(chunks).push("ab");
        Told told = send(Exchanges.request("POST", body));
        body.fail(Failure.of(Failure.Kind.BODY_TIMEOUT, "by the test"));
        assertThat(told).hasToString("BODY_TIMEOUT BODY_TIMEOUT");
    }

    @Test
    void demandPassesBothWays() {
        PushedBody body = new PushedBody(chunks).push("ab");
        upstream.slowToConnect();
        Told told = send(Exchanges.request("POST", body));
        assertThat(body.begun()).isFalse();
        upstream.last().connect();
        upstream.last().request().body().resume();
        assertThat(body.resumed()).isEqualTo(1);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
    }

    private Told send(Request request) {
        return Told.by(service.send(exchange, request));
    }
}
