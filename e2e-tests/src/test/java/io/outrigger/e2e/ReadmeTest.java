package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The configuration of the README works as it stands, for a client and a server that people use. */
class ReadmeTest {
    private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

    @Test
    void itsConfigurationProxiesAndRetries() throws Exception {
        AtomicInteger charges = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.createContext("/", exchange -> {
            boolean busy = exchange.getRequestURI().getPath().equals("/v1/charges/7") && charges.incrementAndGet() == 1;
            byte[] content = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(busy ? 503 : 200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.start();
        var readme = Files.readString(
                Path.of(System.getProperty("outrigger.launcher")).resolveSibling("README.md"));
        var found = YAML.matcher(readme);
        assertThat(found.find()).isTrue();
        String yaml = found.group(1)
                .replace("127.0.0.1:15100", "127.0.0.1:0")
                .replace("127.0.0.1:15101", "127.0.0.1:0")
                .replace("127.0.0.1:8080", "127.0.0.1:" + server.getAddress().getPort());
        try (var program = Program.run(yaml);
                var client = HttpClient.newHttpClient()) {
            String base = "http://127.0.0.1:" + program.port();
            var put = HttpRequest.newBuilder(URI.create(base + "/v1/charges/7"))
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"amount\":1}"))
                    .build();
            var charged = client.send(put, BodyHandlers.ofString());
            assertThat(charged.body()).isEqualTo("{\"amount\":1}");
            assertThat(charged.statusCode()).isEqualTo(200);
            assertThat(charges).hasValue(2);
            var other = HttpRequest.newBuilder(URI.create(base + "/anything"))
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            assertThat(client.send(other, BodyHandlers.ofString()).body()).isEqualTo("x");
            program.awaitMetricAtLeast(1, "http_requests_total", "route=\"charge\"", "status=\"200\"");
            program.awaitMetricAtLeast(1, "http_requests_total", "route=\"listener:outbound\"", "status=\"200\"");
            assertThat(program.series("outrigger_retries_total", "route=\"charge\"", "result=\"success\""))
                    .isEqualTo(1);
            program.endsWell();
        } finally {
            server.stop(0);
        }
    }
}
