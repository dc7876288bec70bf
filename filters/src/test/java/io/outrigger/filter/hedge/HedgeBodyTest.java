package io.outrigger.filter.hedge;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.Told;
import org.junit.jupiter.api.Test;

/** Requests with a body, which both attempts have to read. */
class HedgeBodyTest extends HedgeSetting {
    @Test
    void bothAttemptsGetTheWholeBody() {
        Told told = sendWithBody(Body.of(chunks.of("payment")), 100);
        loop.advanceMillis(100);
        assertThat(upstream.call(0).received().text()).isEqualTo("payment");
        assertThat(upstream.call(1).received().text()).isEqualTo("payment");
        upstream.call(1).answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void theDelayCountsFromTheEndOfTheBody() {
        PushedBody client = new PushedBody(chunks);
        sendWithBody(client, 100);
        client.push("pay");
        loop.advanceMillis(500);
        assertThat(upstream.calls()).as("the client is who is waited for").isEqualTo(1);
        client.push("ment").end();
        loop.advanceMillis(99);
        assertThat(upstream.calls()).isEqualTo(1);
        loop.advanceMillis(1);
        assertThat(upstream.call(1).received().text()).isEqualTo("payment");
        upstream.call(0).answer(200);
        assertThat(counted()).isEqualTo("lost 1");
    }

    @Test
    void theDelayCountsFromTheEndOfTheBodyAlsoWhereThatCameWithinIt() {
        PushedBody client = new PushedBody(chunks);
        sendWithBody(client, 100);
        loop.advanceMillis(60);
        client.push("payment").end();
        loop.advanceMillis(99);
        assertThat(upstream.calls()).isEqualTo(1);
        loop.advanceMillis(1);
        assertThat(upstream.calls()).isEqualTo(2);
        upstream.call(1).answer(200);
    }

    @Test
    void aBodyThatNobodyReadsBecauseThereIsNoConnectionIsNoReasonToWait() {
        upstream.slowToConnect();
        PushedBody client = new PushedBody(chunks);
        Told told = sendWithBody(client, 100);
        loop.advanceMillis(100);
        assertThat(upstream.calls()).isEqualTo(2);
        upstream.call(1).connect();
        client.push("payment").end();
        assertThat(upstream.call(1).received().text()).isEqualTo("payment");
        upstream.call(1).answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(upstream.call(0).cancelled()).isNotNull();
    }

    /** As an open circuit refuses it: its own way through the body would be waited for. */
    @Test
    void aSecondAttemptThatIsRefusedUnreadDoesNotHoldTheBodyBack() {
        upstream.slowToConnect();
        PushedBody client = new PushedBody(chunks);
        boolean[] refuses = {false};
        Told told = sendWithBody(
                (exchange, request) -> refuses[0]
                        ? Reply.failed(Failure.of(Kind.CIRCUIT_OPEN, "by the test"))
                        : upstream.send(exchange, request),
                client,
                100);
        refuses[0] = true;
        loop.advanceMillis(100);
        upstream.call(0).connect();
        client.push("pay");
        upstream.call(0).answer(new Response(200, Headers.NONE, new PushedBody(chunks)));
        assertThat(told).hasToString("200");
        client.push("me").push("nt").end();
        assertThat(upstream.call(0).received().text()).isEqualTo("payment");
        assertThat(upstream.call(0).received().ended()).isTrue();
        last.fail(GONE);
    }

    @Test
    void aBodyThatIsTooLongToKeepIsSentOnce() {
        sendWithBody(Body.of(chunks.of("x".repeat(101))), 100);
        loop.advanceMillis(1000);
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(noted()).containsExactly("hedge denied body: it could not be kept");
        upstream.last().answer(200);
    }

    @Test
    void aBodyThatNobodyKeepsIsSentOnce() {
        send(Exchanges.request("GET", Body.of(chunks.of("payment"))));
        loop.advanceMillis(1000);
        assertThat(upstream.calls()).isEqualTo(1);
        upstream.last().answer(200);
    }

    @Test
    void aBodyThatBreaksOffEndsBothAttempts() {
        upstream.slowToConnect();
        PushedBody client = new PushedBody(chunks);
        Told told = sendWithBody(client, 100);
        loop.advanceMillis(100);
        upstream.call(0).connect();
        upstream.call(1).connect();
        client.push("pay");
        client.fail(Failure.of(Kind.BAD_BODY, "by the test"));
        assertThat(told).hasToString("BAD_BODY BAD_BODY");
        assertThat(counted()).isEqualTo("lost 1");
    }

    @Test
    void anAnswerBeforeTheEndOfTheBodyNeedsNoOther() {
        PushedBody client = new PushedBody(chunks);
        Told told = sendWithBody(client, 100);
        client.push("pay");
        loop.advanceMillis(100);
        upstream.last().answer(413);
        assertThat(told).hasToString("413 413");
        assertThat(loop.pending()).isZero();
    }

    @Test
    void failingTheReplyWhileTheClientIsWaitedForLeavesNothingBehind() {
        PushedBody client = new PushedBody(chunks);
        sendWithBody(client, 100);
        client.push("pay");
        loop.advanceMillis(100);
        last.fail(GONE);
        assertThat(client.discarded()).isNotNull();
        assertThat(loop.pending()).isZero();
    }
}
