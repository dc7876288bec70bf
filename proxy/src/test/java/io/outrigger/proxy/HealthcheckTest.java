package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthcheckTest {
    @TempDir
    Path folder;

    private final Printed printed = new Printed("");

    /** Answers one question like this, and tells how it was asked. */
    private static CompletableFuture<String> answer(ServerSocket server, String answer) {
        CompletableFuture<String> asked = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try (Socket socket = server.accept()) {
                byte[] request = new byte[1024];
                int length = socket.getInputStream().read(request);
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                asked.complete(new String(request, 0, length, StandardCharsets.US_ASCII));
            } catch (IOException e) {
                asked.completeExceptionally(e);
            }
        });
        return asked;
    }

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private int ask(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("outrigger.yaml"), yaml);
        return new Main(printed.terminal(), name -> null).follow("healthcheck", "-c", file.toString());
    }

    @Test
    void aProxyThatIsReadyIsHealthy() throws Exception {
        try (ServerSocket server = server()) {
            CompletableFuture<String> asked = answer(server, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
            assertThat(ask("admin: {address: '127.0.0.1:" + server.getLocalPort() + "'}"))
                    .isZero();
            assertThat(printed.out()).isEqualTo("ready\n");
            assertThat(asked.join()).startsWith("GET /ready HTTP/1.1\r\nHost: localhost\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 503 Service Unavailable | answers 503",
                "SSH-2.0-OpenSSH_9 | no HTTP",
                "HTTP/1. | no answer"
            })
    void whateverElseAnswersIsNot(String answer, String why) throws IOException {
        try (ServerSocket server = server()) {
            answer(server, answer);
            assertThat(ask("admin: {address: '127.0.0.1:" + server.getLocalPort() + "'}"))
                    .isEqualTo(1);
            assertThat(printed.err())
                    .startsWith("outrigger: not ready: 127.0.0.1:")
                    .endsWith(why + "\n");
            assertThat(printed.out()).isEmpty();
        }
    }

    @Test
    void neitherIsWhoeverDoesNotListen() throws IOException {
        int port;
        try (ServerSocket server = server()) {
            port = server.getLocalPort();
        }
        assertThat(ask("telemetry: {address: '127.0.0.1:" + port + "'}")).isEqualTo(1);
        assertThat(printed.err()).contains("127.0.0.1:" + port + ": ");
    }

    @Test
    void theTelemetryPortIsAskedOnLoopbackAndBeforeTheOther() throws IOException {
        try (ServerSocket telemetry = server();
                ServerSocket admin = server()) {
            answer(telemetry, "HTTP/1.1 200 OK\r\n\r\n");
            assertThat(ask("admin: {address: '127.0.0.1:" + admin.getLocalPort() + "'}\ntelemetry: {address: '0.0.0.0:"
                            + telemetry.getLocalPort() + "'}\n"))
                    .isZero();
        }
    }

    @Test
    void aFileThatHasBecomeBrokenStillSaysWhere() throws IOException {
        try (ServerSocket server = server()) {
            answer(server, "HTTP/1.1 200 OK\r\n\r\n");
            assertThat(ask("listeners: 7\nadmin: {address: '127.0.0.1:" + server.getLocalPort() + "'}\nwhat: ever\n"))
                    .isZero();
        }
    }

    /** 0 and 1 are what engines know; Docker keeps 2 for itself. */
    @Test
    void whoCannotBeAskedIsNotReady() throws IOException {
        assertThat(ask("listeners: []\n")).isEqualTo(1);
        assertThat(printed.err()).contains("not ready: ", "has no address of admin or telemetry");
        String missing = folder.resolve("missing.yaml").toString();
        assertThat(new Main(printed.terminal(), name -> null).follow("healthcheck", "-c", missing))
                .isEqualTo(1);
        assertThat(printed.err())
                .endsWith("outrigger: not ready: " + missing + ": cannot be read (no such file or directory)\n");
        assertThat(new Main(printed.terminal(), name -> null).follow("healthcheck", "--what"))
                .as("that is no question of readiness")
                .isEqualTo(2);
    }
}
