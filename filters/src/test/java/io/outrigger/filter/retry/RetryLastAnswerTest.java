package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import org.junit.jupiter.api.Test;

/** When all fails the client gets the last answer of the upstream, else the last failure. */
class RetryLastAnswerTest extends RetrySetting {
    private static final String LONG = "0123456789".repeat(7); // more than is read ahead

    @Test
    void anAnswerOutlivesTheFailuresAfterIt() {
        Told told = send(Exchanges.get());
        upstream.last().answer(503, chunks.of("busy"));
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        loop.advanceMillis(50);
        upstream.last().fail(Failure.Kind.RESET);
        assertThat(told.body()).isEqualTo("busy");
        assertThat(told).hasToString("503 503");
        assertThat(counted()).containsExactly("retries exhausted 1", "denied attempts 1");
    }

    @Test
    void anAnswerWithoutABodyOutlivesThemToo() {
        Told told = send(Exchanges.get());
        upstream.last().answer(503, Headers.of("x-why", "busy"));
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.BAD_RESPONSE);
        assertThat(told).hasToString("503 503");
        assertThat(told.head().headers().all(io.outrigger.exchange.HeaderName.of("x-why")))
                .containsExactly("busy");
    }

    /** As an open circuit refuses it: its own way through the body would be waited for. */
    @Test
    void anAttemptThatIsRefusedUnreadDoesNotHoldTheBodyBackEither() {
        PushedBody client = new PushedBody(chunks);
        boolean[] refuses = {false};
        Told told = send(
                (exchange, request) -> refuses[0]
                        ? Reply.failed(Failure.of(Failure.Kind.CIRCUIT_OPEN, "by the test"))
                        : upstream.send(exchange, request),
                Exchanges.request("PUT", client));
        client.push("pay");
        upstream.last().answer(503, chunks.of("busy"));
        refuses[0] = true;
        loop.advanceMillis(25);
        assertThat(client.discarded()).as("the rest, which nobody reads").isNotNull();
        assertThat(told.body()).isEqualTo("busy");
    }

    @Test
    void itIsTheLastOfSeveralAnswers() {
        Told told = send(Exchanges.get());
        upstream.last().answer(503, chunks.of("first"));
        loop.advanceMillis(25);
        upstream.last().answer(502, chunks.of("second"));
        loop.advanceMillis(50);
        upstream.last().fail(Failure.Kind.RESET);
        assertThat(told.body()).isEqualTo("second");
        assertThat(told).hasToString("502 502");
    }

    @Test
    void anAnswerIsReadAheadSoThatItsConnectionIsFree() {
        Told told = send(Exchanges.get());
        PushedBody body = busy();
        body.push("busy").end();
        assertThat(upstream.call(0).reply().ended()).isTrue();
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.BAD_RESPONSE);
        assertThat(told.body()).isEqualTo("busy");
    }

    @Test
    void aLongAnswerWaitsForTheNextAttemptAndIsDeliveredWhole() {
        Told told = send(Exchanges.get());
        PushedBody body = busy();
        body.push(LONG).push("more").end();
        assertThat(upstream.call(0).reply().ended()).isFalse();
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.BAD_RESPONSE);
        assertThat(told.body()).isEqualTo(LONG + "more");
        assertThat(told).hasToString("503 503");
        assertThat(upstream.call(0).reply().ended()).isTrue();
    }

    @Test
    void anAnswerThatIsStillArrivingIsDeliveredAsItArrives() {
        Told told = send(Exchanges.get());
        PushedBody body = busy().push("bu");
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.BAD_RESPONSE);
        RecordingSink client = RecordingSink.reading(told.head().body());
        assertThat(client.text()).isEqualTo("bu");
        body.push("sy").end();
        assertThat(client.text()).isEqualTo("busy");
        assertThat(told).hasToString("503 503");
    }

    @Test
    void anAnswerIsLetGoWhenABetterOneComes() {
        Told told = send(Exchanges.get());
        PushedBody body = busy().push("busy");
        loop.advanceMillis(25);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(body.discarded()).isNotNull();
        assertThat(chunks.held()).isZero();
    }

    @Test
    void anAnswerThatIsCutMeanwhileCountsNoMore() {
        Told told = send(Exchanges.get());
        busy().push("bu").fail(Failure.of(Failure.Kind.RESPONSE_CUT, "by the test"));
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.BAD_RESPONSE);
        assertThat(told).hasToString("BAD_RESPONSE BAD_RESPONSE");
    }

    @Test
    void anAnswerWhoseAttemptFailsMeanwhileCountsNoMore() {
        Told told = send(Exchanges.get());
        busy().push("bu");
        upstream.call(0).fail(Failure.Kind.RESPONSE_CUT);
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.BAD_RESPONSE);
        assertThat(told).hasToString("BAD_RESPONSE BAD_RESPONSE");
    }

    @Test
    void anAnswerThatIsCutAfterItsHeadWentUpIsCutForTheClient() {
        Told told = send(Exchanges.get());
        PushedBody body = busy().push("bu");
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.BAD_RESPONSE);
        RecordingSink client = RecordingSink.reading(told.head().body());
        body.fail(Failure.of(Failure.Kind.RESPONSE_CUT, "by the test"));
        assertThat(client.failure()).isNotNull();
        assertThat(told).hasToString("503 503+RESPONSE_CUT");
    }

    @Test
    void cancellingADeliveredAnswerStopsItsAttempt() {
        Told told = send(Exchanges.get());
        PushedBody body = busy().push("bu");
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.BAD_RESPONSE);
        last.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
        assertThat(upstream.call(0).reply().ended()).isTrue();
        assertThat(told).hasToString("503 503+CLIENT_GONE");
    }

    @Test
    void cancellingInThePauseReleasesTheAnswer() {
        send(Exchanges.get());
        PushedBody body = busy().push("bu");
        last.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
    }

    @Test
    void aFailureOfTheClientsOwnIsNotHiddenBehindAnAnswer() {
        PushedBody upload = new PushedBody(chunks).push("ab");
        Told told = send(Exchanges.request("PUT", upload));
        upstream.last().answer(503, chunks.of("busy"));
        loop.advanceMillis(25);
        upload.fail(Failure.of(Failure.Kind.BODY_TIMEOUT, "by the test"));
        assertThat(told).hasToString("BODY_TIMEOUT BODY_TIMEOUT");
        assertThat(counted()).isEmpty();
    }

    @Test
    void anAnswerThatIsDeniedItsRetryIsNotRead() {
        spendBudget();
        Told told = send(Exchanges.get());
        PushedBody body = busy().push("busy");
        assertThat(body.begun()).isFalse();
        body.end();
        assertThat(told.body()).isEqualTo("busy");
    }

    private PushedBody busy() {
        PushedBody body = new PushedBody(chunks);
        upstream.last().answer(new Response(503, Headers.NONE, body));
        return body;
    }
}
