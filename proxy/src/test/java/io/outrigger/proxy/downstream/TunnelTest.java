package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Ended;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that change to another protocol, such as WebSocket (RFC 9110 §7.8, RFC 6455 §4). */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class TunnelTest {
    private static final String UPGRADE =
            "GET /chat HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: k\r\n\r\n";
    private static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: h\r\n\r\n";

    private static final int MORE_THAN_FITS = 12_000_000; // into the buffers of two connections

    private final Rig rig;
    private final Server server;
    private Peer client;
    private Peer upstream;

    TunnelTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        client.close();
        upstream.close(); // an end of one side alone leaves the other open
        rig.close();
    }

    @Test
    void theHandshakePassesAndThenEveryByteAsItIs() {
        client = rig.client().send(UPGRADE);
        upstream = server.accept();
        Message request = upstream.head();
        assertThat(request.field("connection")).isEqualTo("upgrade");
        assertThat(request.field("upgrade")).isEqualTo("websocket");
        assertThat(request.field("sec-websocket-key")).isEqualTo("k");
        upstream.send(SWITCHING);
        Message response = client.head();
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.field("connection")).isEqualTo("upgrade");
        assertThat(response.field("upgrade")).isEqualTo("websocket");
        assertThat(response.field("sec-websocket-accept")).isEqualTo("h");
        assertThat(response.has("transfer-encoding")).isFalse();
        for (String frame :
                new String[] {"\u0081\u0005hello", "\0\0", "GET / HTTP/1.1\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"}) {
            client.send(frame);
            assertThat(upstream.bytes(frame.length())).isEqualTo(frame);
            upstream.send(frame);
            assertThat(client.bytes(frame.length())).isEqualTo(frame);
        }
    }

    @Test
    void framesThatComeEarlyOnEitherSideAreNotLost() {
        client = rig.client().send(UPGRADE + "early client");
        upstream = server.accept();
        upstream.head();
        upstream.send(SWITCHING + "early server");
        client.head();
        assertThat(client.bytes(12)).isEqualTo("early server");
        assertThat(upstream.bytes(12)).isEqualTo("early client");
    }

    @Test
    void manyFramesMayComeBeforeTheServerHasAgreed() {
        client = rig.client().send(UPGRADE);
        upstream = server.accept();
        upstream.head();
        String frames = "f".repeat(1_000_000);
        CompletableFuture<Peer> sending = CompletableFuture.supplyAsync(() -> client.send(frames));
        rig.turnFor(Duration.ofMillis(20));
        upstream.send(SWITCHING);
        assertThat(upstream.bytes(frames.length())).isEqualTo(frames);
        assertThat(sending.join()).isSameAs(client);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "0, 0", "300000, 0", "0, 300000", "5000000, 5000000"})
    void aClientThatHasSaidAllStillHearsTheServer(int said, int heard) {
        open();
        CompletableFuture<Void> saying =
                CompletableFuture.runAsync(() -> client.send(new byte[said]).endOutput());
        assertThat(upstream.toEnd().length()).isEqualTo(said);
        saying.join();
        CompletableFuture<Void> answering =
                CompletableFuture.runAsync(() -> upstream.send(new byte[heard]).endOutput());
        assertThat(client.toEnd().length()).isEqualTo(heard);
        answering.join();
        assertThat(rig.ended().failure()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "0, 0", "300000, 0", "0, 300000", "5000000, 5000000"})
    void aServerThatHasSaidAllStillHearsTheClient(int said, int heard) {
        open();
        CompletableFuture<Void> saying =
                CompletableFuture.runAsync(() -> upstream.send(new byte[said]).endOutput());
        assertThat(client.toEnd().length()).isEqualTo(said);
        saying.join();
        CompletableFuture<Void> answering =
                CompletableFuture.runAsync(() -> client.send(new byte[heard]).endOutput());
        assertThat(upstream.toEnd().length()).isEqualTo(heard);
        answering.join();
        assertThat(rig.ended().failure()).isNull();
    }

    @Test
    void aServerThatHasSaidAllMayHearSlowly() {
        open();
        upstream.endOutput();
        assertThat(client.toEnd()).isEmpty();
        CompletableFuture<Void> speaking = CompletableFuture.runAsync(
                () -> client.send(new byte[MORE_THAN_FITS]).endOutput());
        rig.turnFor(Duration.ofMillis(20));
        assertThat(upstream.toEnd().length()).isEqualTo(MORE_THAN_FITS);
        speaking.join();
        assertThat(rig.ended().failure()).isNull();
    }

    @Test
    void aClientThatHasSaidAllMayHearSlowly() {
        open();
        client.endOutput();
        assertThat(upstream.toEnd()).isEmpty();
        CompletableFuture<Void> speaking = CompletableFuture.runAsync(
                () -> upstream.send(new byte[MORE_THAN_FITS]).endOutput());
        rig.turnFor(Duration.ofMillis(20));
        assertThat(client.toEnd().length()).isEqualTo(MORE_THAN_FITS);
        speaking.join();
        assertThat(rig.ended().failure()).isNull();
    }

    /** Somewhere along these the client is gone while the proxy still holds its last words. */
    @ParameterizedTest
    @ValueSource(ints = {2_500_000, 2_600_000, 2_700_000, 2_800_000, 2_900_000, 3_000_000, 3_100_000, 3_200_000})
    void theLastWordsOfAClientThatIsGoneReachASlowServerThatHasSaidAll(int heard) {
        server.slow();
        open();
        upstream.endOutput();
        assertThat(client.toEnd()).isEmpty();
        CompletableFuture<Void> speaking = CompletableFuture.runAsync(
                () -> client.send(new byte[heard]).endOutput().close());
        rig.turnFor(Duration.ofMillis(20));
        assertThat(upstream.toEnd().length()).isEqualTo(heard);
        speaking.join();
        assertThat(rig.ended().failure()).isNull();
    }

    @Test
    void theLastWordsOfAServerThatClosesReachASlowClient() {
        open();
        CompletableFuture.runAsync(() -> {
            upstream.send(new byte[5_000_000]);
            upstream.close();
        });
        rig.turnFor(Duration.ofMillis(50));
        assertThat(client.toEnd()).hasSize(5_000_000);
        client.close();
        assertThat(rig.ended().failure()).isNull();
    }

    @Test
    void aClientThatIsGoneEndsTheTunnel() {
        open();
        client.reset();
        assertThat(upstream.ends() || upstream.breaks()).isTrue();
        assertThat(rig.ended().kind()).isEqualTo(Kind.CLIENT_GONE);
    }

    @Test
    void aServerThatIsGoneEndsTheTunnel() {
        open();
        upstream.reset();
        assertThat(client.ends()).isTrue();
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.RESPONSE_CUT);
        assertThat(ended.outcome().status()).isEqualTo(101);
    }

    @Test
    void aServerThatReadsNothingOfATunnelIsAtFault() throws InterruptedException {
        rig.idle(Duration.ofMillis(300));
        server.slow();
        open();
        Thread sending = Thread.ofVirtual().start(() -> {
            try {
                client.send(new byte[20_000_000]); // more than there is room for on the way
            } catch (UncheckedIOException e) {
                // ended amid it
            }
        });
        assertThat(rig.ended().kind()).isEqualTo(Kind.RESPONSE_CUT);
        sending.join();
    }

    @Test
    void aTunnelInWhichNothingMovesIsEnded() {
        rig.idle(Duration.ofMillis(150));
        open();
        for (int i = 0; i < 4; i++) {
            rig.turnFor(Duration.ofMillis(50));
            client.send("ping");
            assertThat(upstream.bytes(4)).isEqualTo("ping");
        }
        assertThat(client.ends()).isTrue();
        assertThat(upstream.ends()).isTrue();
        Ended ended = rig.ended();
        assertThat(ended.kind()).as("not the server's fault").isEqualTo(Kind.CLIENT_GONE);
        assertThat(ended.failure().detail()).isEqualTo("no byte moved in the tunnel for 150 ms");
        assertThat(ended.outcome().status()).isEqualTo(101);
    }

    @Test
    void aServerMayDeclineAndTheConnectionGoesOnWithHttp() {
        client = rig.client().send(UPGRADE);
        upstream = server.accept();
        upstream.head();
        upstream.send("HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\nno");
        assertThat(client.response().body()).isEqualTo("no");
        client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(upstream.request().has("upgrade")).isFalse();
        upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\n\r\n",
                "GET / HTTP/1.0\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
                "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: x\r\n\r\n"
            })
    void aServerCannotChangeTheProtocolByItself(String request) {
        client = rig.client().send(request);
        upstream = server.accept();
        assertThat(upstream.head().has("upgrade")).isFalse();
        upstream.send(SWITCHING);
        assertThat(client.response().status()).isEqualTo(502);
        assertThat(rig.ended().failure().detail()).endsWith(": 101 that nobody asked for");
        assertThat(upstream.ends()).isTrue();
    }

    private void open() {
        client = rig.client().send(UPGRADE);
        upstream = server.accept();
        upstream.head();
        upstream.send(SWITCHING);
        client.head();
    }
}
