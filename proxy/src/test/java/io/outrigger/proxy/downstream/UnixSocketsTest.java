package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.exchange.Failure.Kind;
import io.outrigger.filter.observe.Meters;
import io.outrigger.fixtures.UnixSocket;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.fixtures.Transport;
import io.outrigger.proxy.http1.HeadLimits;
import io.outrigger.proxy.loop.Loops;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special to Unix sockets: they have files, and no reset that would tell a cut from an end. */
@ParameterizedClass
@EnumSource(
        value = Transport.class,
        names = {"EPOLL_UNIX", "NIO_UNIX"})
class UnixSocketsTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);
    private static final ClientLimits LIMITS = new ClientLimits(new HeadLimits(32768, 100, 8192), LONG, LONG, LONG);

    private final Transport transport;

    UnixSocketsTest(Transport transport) {
        this.transport = transport;
    }

    // ---- bytes

    @Test
    void longBodiesPassBothWaysOnConnectionsThatAreReused() {
        String body = "0123456789abcdef".repeat(200_000);
        try (Rig rig = new Rig(transport)) {
            Server server = rig.server()
                    .answering(request -> "HTTP/1.1 200 OK\r\ncontent-length: "
                            + request.body().length() + "\r\nx-host: " + request.field("host") + "\r\n\r\n"
                            + request.body());
            Peer client = rig.client();
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Peer> sending = CompletableFuture.supplyAsync(() -> client.send(
                        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: " + body.length() + "\r\n\r\n" + body));
                Message response = client.response();
                assertThat(response.body()).isEqualTo(body);
                assertThat(response.field("x-host")).isEqualTo("a");
                sending.join();
                assertThat(rig.ended().exchange().attempts().getFirst().endpoint())
                        .startsWith("unix:/")
                        .isEqualTo(server.endpoint().name());
            }
            assertThat(rig.connects()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: 8", "transfer-encoding: chunked"})
    void aCutResponseIsNotComplete(String framing) {
        try (Rig rig = new Rig(transport)) {
            Server server = rig.server();
            Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
            Peer upstream = server.accept();
            upstream.request();
            upstream.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n4\r\nso");
            client.head();
            upstream.close();
            assertThat(client.toEnd()).hasSizeLessThan(8).doesNotContain("0\r\n\r\n");
            assertThat(rig.ended().kind()).isEqualTo(Kind.RESPONSE_CUT);
        }
    }

    @Test
    void aResponseThatEndsWithItsConnectionIsFramedAnewForTheClient() {
        try (Rig rig = new Rig(transport)) {
            Server server = rig.server();
            Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
            Peer upstream = server.accept();
            upstream.request();
            upstream.send("HTTP/1.1 200 OK\r\n\r\nall of it");
            upstream.close();
            Message response = client.response();
            assertThat(response.field("transfer-encoding")).isEqualTo("chunked");
            assertThat(response.body()).isEqualTo("all of it");
        }
    }

    /** Its responses could end with the connection only, and a cut one would look the same. */
    @Test
    void http10IsRefusedBeforeAnythingIsSent() {
        try (Rig rig = new Rig(transport)) {
            rig.server();
            Peer client = rig.client().send("GET / HTTP/1.0\r\n\r\n");
            Message response = client.response();
            assertThat(response.status()).isEqualTo(505);
            assertThat(response.body()).contains("HTTP/1.0 on a Unix socket");
            assertThat(client.ends()).isTrue();
            assertThat(rig.refused().kind()).isEqualTo(Kind.BAD_VERSION);
        }
    }

    @Test
    void aTunnelEndsOnOneSideAndThenOnTheOther() {
        if (transport == Transport.NIO_UNIX) {
            return; // Netty's NIO channels of Unix sockets know no end of one side
        }
        try (Rig rig = new Rig(transport)) {
            Server server = rig.server();
            Peer client =
                    rig.client().send("GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
            Peer upstream = server.accept();
            upstream.head();
            upstream.send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
            client.head();
            client.send("ask").endOutput();
            assertThat(upstream.toEnd()).isEqualTo("ask");
            upstream.send("answer").endOutput();
            assertThat(client.toEnd()).isEqualTo("answer");
            assertThat(rig.ended().failure()).isNull();
        }
    }

    @Test
    void anEndpointThatIsNotThereRefuses() throws IOException {
        try (Rig rig = new Rig(transport)) {
            rig.server().close();
            Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(502);
            assertThat(rig.ended().kind()).isEqualTo(Kind.CONNECT_REFUSED);
        }
    }

    // ---- files

    @Test
    void theFileIsThereForEveryoneWhileSomebodyListens() throws IOException {
        Path path = UnixSocket.freshPath();
        try (Loops loops = loops()) {
            Listener listener = listen(path, loops);
            assertThat(listener.address()).isEqualTo(UnixDomainSocketAddress.of(path));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw-rw-");
            listener.stopAccepting();
            listener.awaitStopped();
            assertThat(path).doesNotExist();
            listener.close();
            listen(path, loops).close();
        }
    }

    @Test
    void aFileThatADeadProcessHasLeftGivesWay() throws IOException {
        Path path = UnixSocket.freshPath();
        UnixSocket.server(path).close();
        assertThat(path).exists();
        try (Loops loops = loops()) {
            Listener listener = listen(path, loops);
            UnixSocket.to(path).close();
            listener.close();
        }
    }

    @Test
    void whoListensAlreadyKeepsThePath() throws IOException {
        Path path = UnixSocket.freshPath();
        try (Loops loops = loops();
                var other = UnixSocket.server(path)) {
            assertThatThrownBy(() -> listen(path, loops))
                    .isInstanceOf(IOException.class)
                    .hasMessage("listener l: cannot bind unix:" + path + ": address already in use");
            UnixSocket.to(path).close();
            other.accept().close();
        }
        assertThat(path).exists();
    }

    @Test
    void aFileThatIsNoSocketStays() throws IOException {
        Path path = UnixSocket.freshPath();
        Files.writeString(path, "precious");
        try (Loops loops = loops()) {
            assertThatThrownBy(() -> listen(path, loops)).hasMessageEndingWith(": address already in use");
        }
        assertThat(path).hasContent("precious");
    }

    @Test
    void aSuccessorsFileStays() throws IOException {
        if (transport == Transport.NIO_UNIX) {
            return; // the JDK's channel deletes whatever bears the name
        }
        Path path = UnixSocket.freshPath();
        try (Loops loops = loops()) {
            Listener first = listen(path, loops);
            Files.delete(path);
            Listener second = listen(path, loops);
            first.close();
            UnixSocket.to(path).close();
            second.close();
            assertThat(path).doesNotExist();
        }
    }

    private Loops loops() {
        return new Loops(1, transport == Transport.EPOLL_UNIX);
    }

    private static Listener listen(Path path, Loops loops) throws IOException {
        Metrics metrics = new Metrics(1);
        return new Listener(
                UnixDomainSocketAddress.of(path),
                new Listener.Terms("l", 10, LIMITS, null),
                null,
                new Meters(metrics).downstreamConnections(),
                loops);
    }
}
