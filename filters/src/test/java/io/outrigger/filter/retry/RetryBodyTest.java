package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import org.junit.jupiter.api.Test;

/** Requests with a body, of which 64 bytes are kept. */
class RetryBodyTest extends RetrySetting {
    private static final String LONG = "0123456789".repeat(7);

    @Test
    void aBodyIsSentAgainFromItsStart() {
        Told told = send(Exchanges.request("PUT", Body.of(chunks.of("abcd"))));
        assertThat(upstream.last().received().text()).isEqualTo("abcd");
        upstream.last().answer(503);
        loop.advanceMillis(25);
        assertThat(upstream.last().received().text()).isEqualTo("abcd");
        assertThat(upstream.last().received().ended()).isTrue();
        assertThat(upstream.last().request().body().length()).isEqualTo(4);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void theFirstAttemptGetsTheClientsOwnChunks() {
        send(Exchanges.request("PUT", Body.of(chunks.of("abcd"))));
        assertThat(upstream.last().received().room(0)).isEqualTo(Chunks.ROOM);
        upstream.last().answer(200);
    }

    @Test
    void aBodyThatIsStillArrivingGoesOnInTheNextAttempt() {
        PushedBody body = new PushedBody(chunks).push("ab");
        Told told = send(Exchanges.request("PUT", body));
        upstream.last().fail(Failure.Kind.RESET);
        loop.advanceMillis(25);
        assertThat(upstream.last().received().text()).isEqualTo("ab");
        body.push("cd").end(Headers.of("x-sum", "7"));
        assertThat(upstream.last().received().text()).isEqualTo("abcd");
        assertThat(upstream.last().received().trailers()).isNotSameAs(Headers.NONE);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void aBodyThatIsTooLongStreamsOnAndIsSentOnce() {
        PushedBody body = new PushedBody(chunks).push(LONG);
        Told told = send(Exchanges.request("PUT", body));
        body.push("more").end();
        assertThat(upstream.last().received().text()).isEqualTo(LONG + "more");
        upstream.last().answer(503);
        assertThat(told).hasToString("503 503");
        assertThat(counted()).containsExactly("denied body 1");
    }

    @Test
    void aBodyThatIsTooLongIsSentAgainAsLongAsNobodyHasReadIt() {
        upstream.willFail(Failure.Kind.CONNECT_REFUSED);
        PushedBody body = new PushedBody(chunks, LONG.length()).push(LONG).end();
        Told told = send(Exchanges.request("POST", body));
        loop.advanceMillis(25);
        assertThat(upstream.last().received().text()).isEqualTo(LONG);
        upstream.last().answer(201);
        assertThat(told).hasToString("201 201");
    }

    @Test
    void whatIsKeptIsReleasedWithTheHeadOfTheResponse() {
        Told told = send(Exchanges.request("PUT", Body.of(chunks.of("abcd"))));
        assertThat(buffers.takenBytes()).isPositive();
        PushedBody response = new PushedBody(chunks);
        upstream.last().answer(new Response(200, Headers.NONE, response));
        assertThat(buffers.takenBytes()).isZero();
        assertThat(chunks.held()).isZero();
        told.head().body().discard(GONE);
    }

    @Test
    void anUploadGoesOnAfterAnEarlyHead() {
        PushedBody body = new PushedBody(chunks).push("ab");
        Told told = send(Exchanges.request("PUT", body));
        PushedBody response = new PushedBody(chunks);
        upstream.last().answer(new Response(200, Headers.NONE, response));
        body.push("cd").end();
        assertThat(upstream.last().received().text()).isEqualTo("abcd");
        response.push("ok").end();
        assertThat(told.body()).isEqualTo("ok");
        assertThat(told).hasToString("200 200");
    }

    @Test
    void anEarlyFinalAnswerDiscardsTheRestOfTheUpload() {
        PushedBody body = new PushedBody(chunks).push("ab");
        Told told = send(Exchanges.request("PUT", body));
        upstream.last().answer(413);
        assertThat(told).hasToString("413 413");
        assertThat(body.discarded()).isNotNull();
    }

    @Test
    void anAttemptThatLeftItsBodyAloneDoesNotHoldUpTheNext() {
        PushedBody body = new PushedBody(chunks).push("ab");
        Service careless = (on, request) -> request.attempt() == 1
                ? Reply.failed(Failure.of(Failure.Kind.CONNECT_REFUSED, "by the test"))
                : upstream.send(on, request);
        Told told = send(careless, Exchanges.request("PUT", body));
        loop.advanceMillis(25);
        PushedBody response = new PushedBody(chunks);
        upstream.last().answer(new Response(200, Headers.NONE, response));
        body.push("cd").end();
        assertThat(upstream.last().received().text()).isEqualTo("abcd");
        assertThat(upstream.last().received().ended()).isTrue();
        told.head().body().discard(GONE);
    }

    @Test
    void aClientThatBreaksOffItsBodyIsNotTriedFor() {
        PushedBody body = new PushedBody(chunks).push("ab");
        Told told = send(Exchanges.request("PUT", body));
        body.fail(Failure.of(Failure.Kind.BODY_TIMEOUT, "by the test"));
        assertThat(told).hasToString("BODY_TIMEOUT BODY_TIMEOUT");
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(counted()).isEmpty();
    }

    @Test
    void aBodyThatBreaksOffInThePauseFailsTheRequest() {
        PushedBody body = new PushedBody(chunks).push("ab");
        Told told = send(Exchanges.request("PUT", body));
        upstream.last().answer(503);
        body.fail(Failure.of(Failure.Kind.BAD_BODY, "by the test"));
        loop.advanceMillis(25);
        assertThat(told).hasToString("BAD_BODY BAD_BODY");
        assertThat(upstream.calls()).isEqualTo(1);
    }

    @Test
    void failingTheReplyReleasesTheBody() {
        PushedBody body = new PushedBody(chunks).push("ab");
        send(Exchanges.request("PUT", body));
        last.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
        assertThat(chunks.held()).isZero();
    }

    @Test
    void failingTheReplyInAPauseReleasesTheBody() {
        PushedBody body = new PushedBody(chunks).push("ab");
        send(Exchanges.request("PUT", body));
        upstream.last().answer(503);
        last.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
    }

    @Test
    void withoutBytesInTheProcessBudgetABodyIsSentOnce() {
        assertThat(buffers.tryTake(10_000)).isTrue();
        Told told = send(Exchanges.request("PUT", Body.of(chunks.of("abcd"))));
        assertThat(upstream.last().received().text()).isEqualTo("abcd");
        upstream.last().answer(503);
        assertThat(told).hasToString("503 503");
        assertThat(counted()).containsExactly("denied body 1");
        buffers.giveBack(10_000);
    }

    @Test
    void aRequestWithoutBytesIsNotTakenForOneWithABody() {
        PushedBody empty = new PushedBody(chunks, 0).end();
        Told told = send(Exchanges.request("PUT", empty));
        upstream.last().answer(503);
        loop.advanceMillis(25);
        assertThat(upstream.last().received().ended()).isTrue();
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        RecordingSink.reading(upstream.last().request().body());
    }
}
