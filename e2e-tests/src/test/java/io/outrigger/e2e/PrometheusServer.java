package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Prometheus as a child process, which scrapes one target twice a second. Shared by all threads. */
final class PrometheusServer implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final Lines log;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    private PrometheusServer(Process process, int port) {
        this.process = process;
        this.port = port;
        log = new Lines(process.inputReader());
    }

    /** Starts one with these rules, and waits until it answers. */
    static PrometheusServer scraping(int target, String rules) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("prometheus");
        Files.writeString(folder.resolve("rules.yaml"), rules);
        Path config = Files.writeString(folder.resolve("prometheus.yaml"), """
                global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
                rule_files: [rules.yaml]
                scrape_configs: [{job_name: outrigger, static_configs: [{targets: ["127.0.0.1:%d"]}]}]
                """.formatted(target));
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port);
        PrometheusServer server = new PrometheusServer(begin(builder), port);
        try {
            server.log.await(line -> line.contains("Server is ready to receive web requests"));
        } catch (AssertionError e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** What promtool prints, after it has found everything right. */
    static String promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = begin(new ProcessBuilder(command));
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    private static Process begin(ProcessBuilder builder) throws IOException {
        try {
            return builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException(
                    builder.command().getFirst() + " cannot be started (expected: package prometheus)", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The series of this expression now; an error in it is one of the test. */
    JsonNode query(String expression) throws IOException, InterruptedException {
        return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8), expression)
                .path("result");
    }

    /** Waits until this expression has series. */
    void awaitSeries(String expression) throws IOException, InterruptedException {
        await(expression, true);
    }

    /** Waits until it has none. */
    void awaitNoSeries(String expression) throws IOException, InterruptedException {
        await(expression, false);
    }

    private void await(String expression, boolean some) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (query(expression).isEmpty() == some) {
            assertThat(System.nanoTime())
                    .as("%s has %s", expression, some ? "series" : "no series")
                    .isLessThan(until);
            assertThat(process.waitFor(50, TimeUnit.MILLISECONDS))
                    .as("prometheus has ended")
                    .isFalse();
        }
    }

    /** Everything that it has been told to evaluate: {@code type}, {@code name}, {@code query}. */
    List<JsonNode> rules() throws IOException, InterruptedException {
        List<JsonNode> rules = new ArrayList<>();
        get("/api/v1/rules", "rules").path("groups").forEach(group -> group.path("rules")
                .forEach(rules::add));
        return rules;
    }

    private JsonNode get(String path, String what) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        var response = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        JsonNode body = Program.json(response.body());
        assertThat(body.path("status").asText())
                .as("%s: %s", what, response.body())
                .isEqualTo("success");
        return body.path("data");
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
    }
}
