package io.outrigger.filter.timeout;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.TimeoutConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.exchange.Target;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole exchange has 2 s here. */
class DeadlineFilterTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final ManualLoop loop = new ManualLoop();
    private final Exchange exchange = Exchanges.on(loop);
    private final FakeUpstream upstream = new FakeUpstream();
    private final Chunks chunks = new Chunks();
    private final Service service =
            new DeadlineFilter(new TimeoutConfig(LIMIT, Optional.empty(), Duration.ofSeconds(60))).over(upstream);

    @AfterEach
    void nothingIsLeft() {
        assertThat(chunks.held()).isZero();
        assertThat(loop.pending()).isZero();
    }

    @Test
    void anExchangeThatIsNotAnsweredInTimeFailsAndStopsItsAttempt() {
        Told told = send(Exchanges.get());
        loop.advanceMillis(1999);
        assertThat(told).hasToString("");
        loop.advanceMillis(1);
        assertThat(told).hasToString("DEADLINE DEADLINE");
        assertThat(told.failure().detail()).isEqualTo("the response was not complete within 2000 ms");
        assertThat(upstream.last().cancelled()).isEqualTo(told.failure());
    }

    @Test
    void aResponseThatDoesNotEndInTimeIsCut() {
        Told told = send(Exchanges.get());
        PushedBody body = new PushedBody(chunks).push("ab");
        loop.advanceMillis(1000);
        upstream.last().answer(new Response(200, Headers.NONE, body));
        RecordingSink.reading(told.head().body());
        loop.advanceMillis(1000);
        assertThat(told).hasToString("200 200+DEADLINE");
        assertThat(body.discarded()).isEqualTo(told.failure());
    }

    @Test
    void theTimerEndsWithTheReply() {
        Told answered = send(Exchanges.get());
        assertThat(loop.pending()).isEqualTo(1);
        upstream.last().answer(200);
        assertThat(answered).hasToString("200 200");
        assertThat(loop.pending()).isZero();

        Told failed = send(Exchanges.get());
        upstream.last().fail(Failure.Kind.RESET);
        assertThat(failed).hasToString("RESET RESET");
        assertThat(loop.pending()).isZero();
    }

    @Test
    void aReplyThatHasEndedAtOnceNeedsNoTimer() {
        upstream.willAnswer(200);
        assertThat(send(Exchanges.get())).hasToString("200 200");
        assertThat(loop.pending()).isZero();
    }

    @Test
    void theDeadlineCountsFromTheHeadOfTheRequest() {
        loop.advanceMillis(1500); // since the head was complete
        Told told = send(Exchanges.get());
        assertThat(exchange.deadline() - exchange.startNanos()).isEqualTo(LIMIT.toNanos());
        loop.advanceMillis(500);
        assertThat(told).hasToString("DEADLINE DEADLINE");
    }

    @Test
    void anExchangeThatIsLateAlreadyIsNotSent() {
        PushedBody body = new PushedBody(chunks).push("ab");
        loop.advanceMillis(2000);
        Told told = send(Exchanges.request("POST", body));
        assertThat(told).hasToString("DEADLINE DEADLINE");
        assertThat(told.failure().delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(upstream.calls()).isZero();
        assertThat(body.discarded()).isNotNull();
    }

    // ---- blame and delivery

    @Test
    void latenessIsTheUpstreamsWhileItsHeadIsAwaited() {
        Told told = send(Exchanges.get());
        loop.advance(LIMIT);
        assertThat(told.failure().blame()).isEqualTo(Blame.UPSTREAM);
        assertThat(told.failure().delivery()).isEqualTo(Delivery.UNKNOWN);
    }

    @Test
    void latenessIsTheProxysWhileNoConnectionIsThere() {
        upstream.slowToConnect();
        Told told = send(Exchanges.get());
        loop.advance(LIMIT);
        assertThat(told.failure().blame()).isEqualTo(Blame.PROXY);
        assertThat(told.failure().delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void latenessIsNotTheUpstreamsWhileTheClientStillSends() {
        Told told = send(Exchanges.request("POST", new PushedBody(chunks).push("ab")));
        loop.advance(LIMIT);
        assertThat(told.failure().blame()).isEqualTo(Blame.PROXY);
        assertThat(told.failure().delivery()).isEqualTo(Delivery.UNKNOWN);
    }

    // ---- what the client asks for

    @ParameterizedTest
    @CsvSource({"500, 500", "1, 1", "0500, 500", "1999, 1999", "2000, 2000", "2001, 2000", "99999999999999999999, 2000"
    })
    void theClientMayAskForLessTime(String asked, long millis) {
        Told told = send(asking(asked));
        assertThat(exchange.deadline() - exchange.startNanos()).isEqualTo(millis * 1_000_000);
        loop.advanceMillis(millis - 1);
        assertThat(told).hasToString("");
        loop.advanceMillis(1);
        assertThat(told).hasToString("DEADLINE DEADLINE");
        assertThat(told.failure().detail()).endsWith("within " + millis + " ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.5", "1e1", "5ms", "0x10", " 5", "5, 6", "\u0665"})
    void nonsenseIsNotTaken(String asked) {
        send(asking(asked));
        assertThat(exchange.deadline() - exchange.startNanos()).isEqualTo(LIMIT.toNanos());
        upstream.last().answer(200);
    }

    @Test
    void aClientThatHasNoTimeIsNotSentFor() {
        assertThat(send(asking("0"))).hasToString("DEADLINE DEADLINE");
        assertThat(upstream.calls()).isZero();
    }

    // ---- what the upstream is told

    @Test
    void aDeadlineThatSomebodyChoseIsAnnounced() {
        send(Exchanges.get());
        assertThat(exchange.announcesDeadline()).isTrue();
        upstream.last().answer(200);
    }

    @Test
    void theBuiltInDeadlineIsAnnouncedOnlyWhereTheClientAsked() {
        Service builtIn = new DeadlineFilter(TimeoutConfig.defaults()).over(upstream);
        builtIn.send(exchange, Exchanges.get());
        assertThat(exchange.announcesDeadline()).isFalse();
        upstream.last().answer(200);
        builtIn.send(exchange, asking("500"));
        assertThat(exchange.announcesDeadline()).isTrue();
        upstream.last().answer(200);
    }

    // ---- what has no end in sight

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "Text/Event-Stream; charset=utf-8",
                "text/event-stream ;charset=utf-8",
                "application/grpc",
                "application/grpc+proto",
                "application/gRPC-web"
            })
    void aStreamHasADeadlineForItsHeadOnly(String type) {
        Told told = send(Exchanges.get());
        PushedBody body = new PushedBody(chunks);
        upstream.last().answer(new Response(200, Headers.of("Content-Type", type), body));
        RecordingSink sink = RecordingSink.reading(told.head().body());
        loop.advance(Duration.ofHours(1));
        body.push("event").end();
        assertThat(sink.text()).isEqualTo("event");
        assertThat(told).hasToString("200 200");
    }

    @Test
    void anUpgradeHasADeadlineForItsHeadOnly() {
        Told told = send(Exchanges.get());
        PushedBody tunnel = new PushedBody(chunks);
        upstream.last().answer(new Response(101, Headers.NONE, tunnel));
        RecordingSink.reading(told.head().body());
        loop.advance(Duration.ofHours(1));
        assertThat(told).hasToString("101");
        tunnel.end();
        assertThat(told).hasToString("101 101");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "text/event-streams", "text/event", "application/json"})
    void otherResponsesHaveADeadlineForTheirEnd(String type) {
        Told told = send(Exchanges.get());
        upstream.last().answer(new Response(200, Headers.of("Content-Type", type), new PushedBody(chunks)));
        loop.advance(LIMIT);
        assertThat(told).hasToString("200 200+DEADLINE");
    }

    @Test
    void aStreamWhoseHeadIsLateFails() {
        Told told = send(Exchanges.get());
        loop.advance(LIMIT);
        upstream.last().answer(200, Headers.of("Content-Type", "text/event-stream"));
        assertThat(told).hasToString("DEADLINE DEADLINE");
    }

    private Told send(Request request) {
        return Told.by(service.send(exchange, request));
    }

    private static Request asking(String millis) {
        return new Request("GET", Target.of("/"), Headers.of("X-Request-Timeout-Ms", millis), Body.EMPTY);
    }
}
