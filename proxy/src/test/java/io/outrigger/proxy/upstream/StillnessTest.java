package io.outrigger.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Ended;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How long nothing may move between the proxy and a server: counted from the last byte that did. When a test lets a
 * part of that time pass, the rest is long enough for a slow machine.
 */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class StillnessTest {
    private static final Duration IDLE = Duration.ofMillis(700);
    private static final Duration A_PART = Duration.ofMillis(150);
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    private final Rig rig;
    private final Server server;

    StillnessTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport).idle(IDLE);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void isCountedFromTheEndOfTheRequestUntilAnAnswerBegins() {
        Peer client = rig.client().send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n");
        Peer upstream = server.accept();
        upstream.head();
        rig.turnFor(A_PART);
        long sent = System.nanoTime();
        client.send("0\r\n\r\n");
        assertThat(client.response().status()).isEqualTo(504);
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.ATTEMPT_TIMEOUT);
        assertThat(ended.failure().blame()).isEqualTo(Blame.UPSTREAM);
        assertThat(ended.failure().detail())
                .isEqualTo("no byte came from " + server.endpoint().name() + " for 700 ms");
        assertThat(endOf(ended) - sent).isGreaterThanOrEqualTo(IDLE.toNanos());
    }

    @Test
    void doesNotIncludeTheWaitForAConnection() {
        rig.connections(1);
        Peer first = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        Peer second = rig.client().send(GET);
        rig.await("it waits", rig::queued);
        rig.turnFor(A_PART);
        long free = System.nanoTime();
        upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(first.head().status()).isEqualTo(204);
        rig.ended();
        assertThat(second.response().status()).isEqualTo(504);
        assertThat(endOf(rig.ended()) - free).isGreaterThanOrEqualTo(IDLE.toNanos());
    }

    @Test
    void aHeadCountsAsMovement() {
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        rig.turnFor(A_PART);
        long head = System.nanoTime();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(200);
        assertThat(client.ends()).isTrue();
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.RESPONSE_CUT);
        assertThat(endOf(ended) - head).isGreaterThanOrEqualTo(IDLE.toNanos());
    }

    @Test
    void anInterimResponseAndAPieceOfAHeadCountToo() {
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        rig.turnFor(A_PART);
        upstream.send("HTTP/1.1 102 Processing\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(102);
        rig.turnFor(A_PART);
        long piece = System.nanoTime();
        upstream.send("HTTP/1.1 200 O");
        assertThat(client.response().status()).isEqualTo(504);
        assertThat(endOf(rig.ended()) - piece).isGreaterThanOrEqualTo(IDLE.toNanos());
    }

    @Test
    void theTimeThatAClientTakesForItsBodyIsNotTheServers() {
        rig.idle(Duration.ofMillis(50));
        Peer client = rig.client().send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\na");
        Peer upstream = server.accept();
        upstream.head();
        rig.turnFor(Duration.ofMillis(200));
        client.send("b");
        assertThat(upstream.bytes(2)).isEqualTo("ab");
        assertThat(client.response().status()).isEqualTo(504);
    }

    @Test
    void aServerThatStopsReadingIsGivenUp() {
        rig.idle(Duration.ofMillis(300));
        Peer client = rig.client();
        client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000000\r\n\r\n");
        Thread sender = Thread.startVirtualThread(() -> {
            try {
                client.send(new byte[100_000_000]);
            } catch (java.io.UncheckedIOException e) {
                // the proxy has closed
            }
        });
        server.accept();
        assertThat(client.response().status()).isEqualTo(504);
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.ATTEMPT_TIMEOUT);
        assertThat(ended.failure().blame()).isEqualTo(Blame.UPSTREAM);
        client.close();
        rig.await("the sender has given up", () -> !sender.isAlive());
    }

    @Test
    void aClientThatStopsReadingIsGone() {
        rig.idle(Duration.ofMillis(300));
        Peer client = rig.client(4096).send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n");
        try {
            upstream.send(new byte[100_000_000]);
        } catch (java.io.UncheckedIOException e) {
            // the proxy has closed
        }
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.CLIENT_GONE);
        assertThat(ended.failure().detail()).isEqualTo("the client read nothing for 300 ms");
        rig.await("no client", () -> rig.clientsConnected() == 0);
        client.close();
    }

    private static long endOf(Ended ended) {
        return ended.attempt().startNanos() + ended.attempt().durationNanos(0);
    }
}
