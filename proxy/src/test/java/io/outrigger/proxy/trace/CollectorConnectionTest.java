package io.outrigger.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.UpstreamTlsConfig;
import io.outrigger.config.UpstreamTlsConfig.MinVersion;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Pki;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.tls.ClientTls;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How batches come to a collector, and what is said where they do not. */
class CollectorConnectionTest {
    private static final Map<String, String> FIELDS = Map.of("content-type", "text/plain");
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nho";
    private static final String BUSY = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";

    private final Loops loops = new Loops(1, true, "traces");
    private final Server server = new Server();
    private final List<CollectorConnection> made = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void end() throws Exception {
        loops.all()
                .getFirst()
                .eventLoop()
                .submit(() -> made.forEach(CollectorConnection::close))
                .get(20, TimeUnit.SECONDS);
        loops.close();
        server.close();
    }

    private CollectorConnection to(String uri) {
        return kept(new CollectorConnection(
                loops,
                URI.create(uri),
                () -> {
                    throw new AssertionError("no TLS is wanted");
                },
                FIELDS));
    }

    private CollectorConnection kept(CollectorConnection connection) {
        made.add(connection);
        return connection;
    }

    private CollectorConnection toServer() {
        return to("http://127.0.0.1:" + port() + "/v1/traces?x=1");
    }

    private CollectorConnection toServer(Pki trusted) throws Exception {
        Path caFile = trusted.caFile();
        return kept(new CollectorConnection(
                loops,
                URI.create("https://localhost:" + port() + "/v1/traces"),
                () -> ClientTls.of(
                        "collector",
                        new UpstreamTlsConfig(
                                Optional.of(caFile),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                MinVersion.TLS_1_2)),
                FIELDS));
    }

    private String port() {
        return server.authority().substring(server.authority().indexOf(':') + 1);
    }

    private CompletableFuture<String> post(CollectorConnection connection, String body, Duration within) {
        CompletableFuture<String> told = new CompletableFuture<>();
        loops.all().getFirst().execute(() -> {
            ByteBuf request = connection.request(body.length());
            request.writeCharSequence(body, StandardCharsets.US_ASCII);
            connection.post(request, within.toNanos(), told::complete);
        });
        return told;
    }

    private static String told(CompletableFuture<String> told) throws Exception {
        return told.get(20, TimeUnit.SECONDS);
    }

    @Test
    void oneConnectionCarriesOneBatchAfterTheOther() throws Exception {
        CollectorConnection connection = toServer();
        var first = post(connection, "one", LONG);
        Peer peer = server.accept();
        Message request = peer.request();
        assertThat(request.start()).isEqualTo("POST /v1/traces?x=1 HTTP/1.1");
        assertThat(request.field("host")).isEqualTo("127.0.0.1:" + port());
        assertThat(request.field("content-type")).isEqualTo("text/plain");
        assertThat(request.body()).isEqualTo("one");
        peer.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n");
        peer.send("2\r\nho\r\n0\r\n\r\n");
        assertThat(told(first)).isEmpty();
        var second = post(connection, "two", LONG);
        assertThat(peer.request().body()).isEqualTo("two");
        peer.send(OK);
        assertThat(told(second)).isEmpty();
    }

    @Test
    void aConnectionThatEndsIsMadeAgainForTheNextBatch() throws Exception {
        CollectorConnection connection = toServer();
        var first = post(connection, "one", LONG);
        Peer peer = server.accept();
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        assertThat(told(first)).isEmpty();
        var second = post(connection, "two", LONG);
        Peer other = server.accept();
        assertThat(other.request().body()).isEqualTo("two");
        other.close();
        assertThat(told(second)).isEqualTo("the connection ended without a response");
        assertThat(askedAnew(connection, BUSY)).isEqualTo("it answers with status 503");
    }

    @Test
    void aCollectorThatHangsIsGivenUpAndAskedAgain() throws Exception {
        CollectorConnection connection = toServer();
        String large = "x".repeat(10_000_000); // more than the kernel takes where nobody reads
        var first = post(connection, large, Duration.ofMillis(200));
        Peer peer = server.accept();
        assertThat(told(first)).isEqualTo("no answer within 200 ms");
        assertThat(peer.breaks() || peer.ends()).isTrue();
        assertThat(askedAnew(connection, OK)).isEmpty();
    }

    /** What is told of the next batch, which has to come by a new connection. */
    private String askedAnew(CollectorConnection connection, String answer) throws Exception {
        var next = post(connection, "next", LONG);
        Peer peer = server.accept();
        assertThat(peer.request().body()).isEqualTo("next");
        peer.send(answer);
        return told(next);
    }

    @Test
    void nobodyThereIsSaidSo() throws Exception {
        CollectorConnection connection = toServer();
        server.close();
        assertThat(told(post(connection, "one", LONG))).isEqualTo("connection refused");
        assertThat(told(post(to("http://nobody.invalid:4318/v1/traces"), "one", LONG)))
                .contains("nobody.invalid");
    }

    @Test
    void whatIsNotHttpIsSaidSo() throws Exception {
        var told = post(toServer(), "one", LONG);
        Peer peer = server.accept();
        peer.request();
        peer.send("hello\r\n\r\n");
        assertThat(told(told)).isEqualTo("a malformed response");
    }

    @Test
    void anAnswerThatComesInDropsIsReadLikeOneInOnePiece() throws Exception {
        CollectorConnection connection = toServer();
        var first = post(connection, "one", LONG);
        Peer peer = server.accept();
        peer.request();
        for (String drop : "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nthere".split("(?<=[ho0\r])")) {
            peer.send(drop);
        }
        assertThat(told(first)).isEmpty();
        var second = post(connection, "two", LONG);
        assertThat(peer.request().body()).isEqualTo("two");
        peer.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(told(second)).isEmpty();
        var third = post(connection, "three", LONG);
        assertThat(peer.request().body()).isEqualTo("three");
        peer.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        assertThat(told(third)).isEmpty();
        post(connection, "four", LONG);
        assertThat(server.accept().request().body()).isEqualTo("four");
    }

    @Test
    void whoAnswersUnaskedIsNotHeardAgain() throws Exception {
        CollectorConnection connection = toServer();
        var first = post(connection, "one", LONG);
        Peer peer = server.accept();
        peer.request();
        peer.send(OK + OK);
        assertThat(told(first)).isEmpty();
        assertThat(peer.breaks() || peer.ends()).isTrue();
        assertThat(askedAnew(connection, BUSY)).isEqualTo("it answers with status 503");
    }

    @Test
    void tlsIsVerified() throws Exception {
        Pki pki = new Pki(folder, "authority");
        Pki stranger = new Pki(Files.createDirectory(folder.resolve("other")), "stranger");
        server.secured(pki.context(pki.issue("localhost")), false);
        CollectorConnection connection = toServer(pki);
        for (int i = 0; i < 2; i++) {
            var told = post(connection, "secret", LONG);
            Peer peer = server.accept();
            assertThat(peer.request().body()).isEqualTo("secret");
            peer.send("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            assertThat(told(told)).isEmpty();
        }

        CollectorConnection deceived = toServer(stranger);
        var refused = post(deceived, "secret", LONG);
        Thread.startVirtualThread(() -> server.accept().more());
        assertThat(told(refused))
                .startsWith("localhost:" + port() + ": its certificate leads to an authority that is not trusted");
    }
}
