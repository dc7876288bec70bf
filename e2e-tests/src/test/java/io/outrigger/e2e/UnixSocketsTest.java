package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything by Unix sockets: the client, the service, and those who look inside. */
class UnixSocketsTest {
    @TempDir
    Path folder;

    @Test
    void noPortIsNeeded() throws Exception {
        Path in = folder.resolve("in.sock");
        Path admin = folder.resolve("admin.sock");
        Path telemetry = folder.resolve("telemetry.sock");
        Path app = folder.resolve("app.sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(in))
                .close(); // as a killed process leaves it
        try (ServerSocketChannel service = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            service.bind(UnixDomainSocketAddress.of(app));
            Thread.ofVirtual().start(() -> serve(service));
            Program program = Program.run("""
                    listeners: [{name: outbound, address: "unix:%s", upstream: app}]
                    admin: {address: "unix:%s"}
                    telemetry: {address: "unix:%s"}
                    drain: {quiet: 1ms}
                    logging: {access: all}
                    upstreams: {app: {endpoints: ["unix:%s"]}}
                    """.formatted(in, admin, telemetry, app));
            try {
                program.awaitMessage("listener outbound accepts at unix:" + in);
                assertThat(mode(in)).isEqualTo("rw-rw-rw-");
                assertThat(mode(admin)).isEqualTo("rw-------");
                assertThat(mode(telemetry)).isEqualTo("rw-rw-rw-");

                assertThat(ask(in, "GET /x HTTP/1.1\r\nhost: mine\r\nx-request-id: u1\r\nconnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("hi");
                assertThat(program.awaitAccess("u1")
                                .path("attempts")
                                .path(0)
                                .path("endpoint")
                                .asText())
                        .isEqualTo("unix:" + app);
                assertThat(ask(in, "GET /x HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 505 ");
                assertThat(ask(admin, "GET /upstreams HTTP/1.1\r\nhost: any\r\nconnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 200 ")
                        .contains("unix:" + app);
                assertThat(ask(telemetry, "GET /ready HTTP/1.1\r\nhost: any\r\nconnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 200 ");

                program.terminate();
                assertThat(program.awaitExit()).isZero();
                assertThat(in).doesNotExist();
                assertThat(admin).doesNotExist();
                assertThat(telemetry).doesNotExist();
                assertThat(program.err().all()).isEmpty();
            } finally {
                program.close();
            }
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void serve(ServerSocketChannel service) {
        try (SocketChannel connection = service.accept()) {
            while (connection.read(ByteBuffer.allocate(4096)) > 0) {
                connection.write(ByteBuffer.wrap(
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static String ask(Path path, String request) throws IOException {
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(1 << 16);
            while (socket.read(answer) >= 0) {
                // until it ends
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }
}
