package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Ended;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.http1.HeadLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener does not bear from its clients: being kept waiting, and too many of them. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class ClientLimitsTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(120);
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final Rig rig;
    private final Server server;

    ClientLimitsTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void anIdleClientIsLeftWithoutAWord() {
        limits(LONG, SHORT, LONG);
        server.answering(_ -> OK);
        Peer client = rig.client();
        Peer silent = rig.client();
        assertThat(client.send(GET).response().body()).isEqualTo("ok");
        long answered = System.nanoTime();
        assertThat(client.ends()).isTrue();
        assertThat(System.nanoTime() - answered).isGreaterThanOrEqualTo(SHORT.toNanos() / 2);
        assertThat(silent.ends()).isTrue();
    }

    @Test
    void aClientThatWaitsForItsAnswerIsNotIdle() {
        limits(LONG, SHORT, LONG);
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        rig.turnFor(SHORT.multipliedBy(2));
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
    }

    @Test
    void aHeadThatIsNotCompleteInTimeIsRefusedHoweverItTrickles() {
        limits(SHORT, LONG, LONG);
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n");
        rig.turnFor(SHORT.dividedBy(2));
        client.send("x: y\r\n");
        Message response = client.response();
        assertThat(response.status()).isEqualTo(408);
        assertThat(response.closes()).isTrue();
        assertThat(response.body()).contains("urn:outrigger:problem:head-timeout", "no complete head within 120 ms");
        assertThat(client.ends()).isTrue();
        Ended refused = rig.refused();
        assertThat(refused.kind()).isEqualTo(Kind.HEAD_TIMEOUT);
        assertThat(refused.failure().blame()).isEqualTo(Blame.CLIENT);
        assertThat(refused.failure().delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void theBeginningOfAPipelinedHeadCountsFromTheAnswerBeforeIt() {
        limits(SHORT, LONG, LONG);
        Peer client = rig.client().send(GET + "GET /2 HT");
        Peer upstream = server.accept();
        upstream.request();
        rig.turnFor(SHORT.multipliedBy(2));
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
        assertThat(client.response().status()).isEqualTo(408);
    }

    @Test
    void anEmptyLineIsNotTheBeginningOfAHead() {
        limits(SHORT, SHORT.multipliedBy(2), LONG);
        Peer client = rig.client().send("\r");
        rig.turn();
        client.send("\n");
        assertThat(client.ends()).as("idle, and not late").isTrue();
        Peer other = rig.client().send("\r");
        assertThat(other.ends()).isTrue();
    }

    @Test
    void aBodyThatStopsIsTheClientsFault() {
        limits(LONG, LONG, SHORT);
        Peer client = rig.client().send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nsome");
        Peer upstream = server.accept();
        upstream.head();
        assertThat(upstream.bytes(4)).isEqualTo("some");
        Message response = client.response();
        assertThat(response.status()).isEqualTo(408);
        assertThat(response.closes()).isTrue();
        assertThat(response.field("proxy-status"))
                .isEqualTo("outrigger; error=http_request_error; "
                        + "details=\"nothing of the request's body came for 120 ms\"");
        assertThat(upstream.ends()).isTrue();
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.BODY_TIMEOUT);
        assertThat(ended.failure().blame()).isEqualTo(Blame.CLIENT);
        assertThat(ended.exchange().delivery()).isEqualTo(Delivery.UNKNOWN);
    }

    @Test
    void aBodyThatGoesOnIsWaitedForAndSoIsOneThatNobodyReads() {
        limits(LONG, LONG, SHORT.multipliedBy(4));
        rig.connections(1);
        Peer first = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        Peer second = rig.client().send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\na");
        rig.await("it waits for a connection", rig::queued);
        rig.turnFor(SHORT.multipliedBy(6));
        upstream.send(OK);
        first.response();
        upstream.head();
        for (String piece : new String[] {"b", "c", "d", "e", "f"}) {
            rig.turnFor(SHORT);
            second.send(piece);
        }
        assertThat(upstream.bytes(6)).isEqualTo("abcdef");
        upstream.send(OK);
        assertThat(second.response().body()).isEqualTo("ok");
    }

    @Test
    void moreClientsThanMayAreTurnedAwayUntilOneLeaves() {
        rig.mostClients(2);
        server.answering(_ -> OK);
        List<Peer> clients = new ArrayList<>(List.of(rig.client(), rig.client()));
        clients.forEach(
                client -> assertThat(client.send(GET).response().status()).isEqualTo(200));
        Peer third = rig.client();
        Message response = third.response();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.closes()).isTrue();
        assertThat(response.field("proxy-status"))
                .isEqualTo("outrigger; error=connection_limit_reached; "
                        + "details=\"listener rig has 2 connections already\"");
        assertThat(third.ends()).isTrue();
        assertThat(rig.refused().kind()).isEqualTo(Kind.CONNECTIONS_FULL);
        assertThat(clients.getFirst().send(GET).response().status()).isEqualTo(200);

        clients.getFirst().close();
        rig.await("one has left", () -> rig.clientsConnected() == 1);
        assertThat(rig.client().send(GET).response().status()).isEqualTo(200);
    }

    private void limits(Duration head, Duration idle, Duration bodyIdle) {
        rig.limits(_ ->
                new ClientLimits(new HeadLimits(32768, 100, 8192), head.toNanos(), idle.toNanos(), bodyIdle.toNanos()));
    }
}
