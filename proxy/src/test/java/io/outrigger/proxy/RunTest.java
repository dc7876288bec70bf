package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code outrigger run} as a process of its own: what it writes, and how signals end it. */
class RunTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private ServerSocket upstream;
    private Process process;
    private BufferedReader log;

    @BeforeEach
    void start() throws IOException {
        upstream = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Path file = Files.writeString(folder.resolve("outrigger.yaml"), """
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                logging: {access: all}
                drain: {quiet: 50ms}
                """.formatted(upstream.getLocalPort()));
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@src/main/dist/jvm.flags",
                        "-cp",
                        classPath(),
                        Main.class.getName(),
                        "run",
                        "-c",
                        file.toString())
                .start();
        log = process.inputReader(StandardCharsets.UTF_8);
    }

    @AfterEach
    void stop() throws IOException {
        process.destroyForcibly();
        upstream.close();
    }

    @Test
    void aSignalDrainsItAndItExitsWithZero() throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port())) {
            Socket asked = ask(client);
            process.toHandle().destroy();
            awaitMessage("draining");
            answer(asked);
            assertThat(client.getInputStream().readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nconnection: close\r\n")
                    .endsWith("\r\n\r\nok");
        }
        List<String> rest = log.readAllLines();
        assertThat(process.waitFor()).isZero();
        assertThat(rest).anyMatch(line -> line.contains("\"status\":200")); // the log is written to its end
        assertThat(process.errorReader().readAllLines()).isEmpty();
        for (String line : rest) {
            assertThat(JSON.readTree(line).path("timestamp").asText()).isNotEmpty();
        }
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port())) {
            ask(client);
            process.toHandle().destroy();
            awaitMessage("draining");
            process.toHandle().destroy();
            assertThat(process.waitFor()).isEqualTo(143);
        }
    }

    /** Sends a request, and tells where it arrived. */
    private Socket ask(Socket client) throws IOException {
        client.getOutputStream().write("GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return upstream.accept();
    }

    private static void answer(Socket asked) throws IOException {
        try (asked) {
            assertThat(asked.getInputStream().read()).isEqualTo('G');
            asked.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private int port() throws IOException {
        String line = awaitMessage("listener outbound accepts at 127.0.0.1:");
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    /** That of the tests, without a logging library that some of them bring along. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("slf4j"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The first message in the log that begins so. */
    private String awaitMessage(String beginning) throws IOException {
        String line;
        while ((line = log.readLine()) != null) {
            String message = JSON.readTree(line).path("message").asText();
            if (message.startsWith(beginning)) {
                return message;
            }
        }
        throw new AssertionError(
                "ended without: " + beginning + "; " + process.errorReader().readAllLines());
    }
}
