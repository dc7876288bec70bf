package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.outrigger.admin.Wire.Answer;
import io.outrigger.config.Address;
import io.outrigger.config.AdminConfig;
import io.outrigger.config.TelemetryConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
    private final FakeProxy proxy = new FakeProxy();

    @RegisterExtension
    private final Served served = new Served(proxy);

    private final Wire wire = served.wire();

    private JsonNode json(String path) throws IOException {
        Answer answer = wire.get(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        return new ObjectMapper().readTree(answer.body());
    }

    // ---- pages

    @Test
    void configShowsWhatIsInForceAndWhyANewerFileIsNot() throws IOException {
        JsonNode config = json("/config");

        assertThat(config.get("hash").asText()).isEqualTo("0f1e");
        assertThat(config.get("loadedAt").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(config.get("problems").get(0).asText()).isEqualTo("outrigger.yaml:1:1: nothing");
        assertThat(config.get("config").toString()).contains("\"version\":1", "\"tokenFile\":\"***\"");
    }

    @Test
    void routesAreListedInTheirOrder() throws IOException {
        JsonNode routes = json("/routes").get("routes");

        assertThat(routes.get(0).get("name").asText()).isEqualTo("charge");
        assertThat(routes.get(1).get("name").asText()).isEqualTo("a b/c");
        assertThat(routes).hasSize(2);
        assertThat(routes.get(0).get("config").get("upstream").asText()).isEqualTo("payments");
        assertThat(routes.get(0).get("inFlight").asInt()).isZero();
    }

    @Test
    void aRouteIsFoundByItsName() throws IOException {
        assertThat(json("/routes/charge").get("name").asText()).isEqualTo("charge");
        assertThat(json("/routes/a%20b%2Fc").get("name").asText()).isEqualTo("a b/c");
        assertThat(wire.get("/routes/other").status()).isEqualTo(404);
        assertThat(wire.get("/routes/%zz").status()).isEqualTo(404);
        assertThat(wire.get("/routes/").status()).isEqualTo(404);
    }

    @Test
    void upstreamsShowTheirEndpoints() throws IOException {
        JsonNode payments = json("/upstreams").get("upstreams").get(0);

        assertThat(payments.get("endpoints").get(0).toString())
                .isEqualTo(
                        "{\"address\":\"10.0.0.1:8080\",\"authority\":\"payments.internal:8080\",\"weight\":2,\"inFlight\":3,"
                                + "\"healthy\":false,\"ejected\":{\"reason\":\"latency\",\"until\":\"1970-01-01T00:00:00Z\",\"times\":2},"
                                + "\"check\":{\"healthy\":true,\"last\":\"status 200\",\"at\":\"1970-01-01T00:00:00Z\",\"contrary\":0}}");
        assertThat(payments.get("waiting").asInt()).isEqualTo(4);
        assertThat(payments.get("config").get("balance").asText()).isEqualTo("leastRequest");
    }

    @Test
    void aRequestIsFoundByItsIdWithItsStepsInOrder() throws IOException {
        JsonNode listed = json("/requests").get("requests").get(0);
        assertThat(listed.get("path").asText()).isEqualTo("/things"); // without its query
        assertThat(listed.get("cause").asText()).isEqualTo("reset");
        assertThat(listed.get("attempts").asInt()).isEqualTo(1);
        assertThat(listed.has("steps")).isFalse();

        JsonNode steps = json("/requests/" + listed.get("requestId").asText()).get("steps");
        assertThat(steps.get(0).toString())
                .isEqualTo("{\"atMs\":1.0,\"by\":\"upstream\",\"endpoint\":\"10.0.0.1:8080\",\"sentMs\":0.25,"
                        + "\"tookMs\":2.0,\"outcome\":\"unknown\",\"cause\":\"reset\","
                        + "\"detail\":\"10.0.0.1:8080 ended the connection without a response\"}");
        assertThat(steps.get(1).toString())
                .isEqualTo("{\"atMs\":23.0,\"by\":\"retry\",\"verdict\":\"again\",\"why\":\"reset\",\"waitMs\":20.0}");
        assertThat(wire.get("/requests/other").status()).isEqualTo(404);
    }

    @Test
    void metricsAreThere() throws IOException {
        Answer metrics = wire.get("/metrics?name=any");

        assertThat(metrics.status()).isEqualTo(200);
        assertThat(metrics.headers()).containsEntry("content-type", "text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.body()).contains("outrigger_build_info{version=\"1.2.3\"} 1");
    }

    @Test
    void everyAnswerForbidsSniffingFramingAndStoring() throws IOException {
        for (String path : List.of("/", "/metrics", "/healthz", "/nothing")) {
            assertThat(wire.get(path).headers())
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsEntry("cache-control", "no-store")
                    .containsKey("date")
                    .hasEntrySatisfying("content-security-policy", policy -> assertThat(policy)
                            .contains("frame-ancestors 'none'"));
        }
    }

    // ---- probes

    @Test
    void readyFollowsTheProxy() throws IOException {
        assertThat(wire.get("/ready").status()).isEqualTo(200);

        proxy.notReady = Optional.of("draining");
        Answer draining = wire.get("/ready");
        assertThat(draining.status()).isEqualTo(503);
        assertThat(draining.body()).contains("\"draining\"");
        assertThat(wire.get("/startup").status()).isEqualTo(200);
    }

    @Test
    void untilItHasStartedTheProxyIsAliveButNotReady() throws IOException {
        proxy.started = false;

        assertThat(wire.get("/startup").status()).isEqualTo(503);
        assertThat(wire.get("/ready").status()).isEqualTo(503);
        assertThat(wire.get("/healthz").status()).isEqualTo(200);
    }

    @Test
    void aStuckLoopIsNotHealthyAndTheOtherPagesStillAnswer() throws IOException {
        proxy.loops.get(1).stick();
        wire.send(Wire.head("GET", "/healthz"));
        try (Wire other = new Wire(served.port().address())) {
            assertThat(other.get("/metrics").status()).isEqualTo(200);
        }

        Answer stuck = wire.answer();
        assertThat(stuck.status()).isEqualTo(503);
        assertThat(stuck.body()).contains("event loops that did not turn within a second: 1");

        proxy.loops.get(1).turn();
        assertThat(wire.get("/healthz").status()).isEqualTo(200);
    }

    // ---- the telemetry port

    @Test
    void theTelemetryPortHasProbesAndMetricsOnlyUnderAnyName() throws IOException {
        AdminPort telemetry = served.server().open(new TelemetryConfig(Served.ANY_PORT));
        try (Wire scraper = new Wire(telemetry.address())) {
            for (String path : List.of("/metrics", "/healthz", "/ready", "/startup")) {
                scraper.send("GET " + path + " HTTP/1.1\r\nHost: checkout-7d4.pods.example:15102\r\n\r\n");
                assertThat(scraper.answer().status()).as(path).isEqualTo(200);
            }
            for (String path : List.of("/", "/config", "/routes", "/routes/charge", "/upstreams")) {
                assertThat(scraper.get(path).status()).as(path).isEqualTo(404);
            }
        }
    }

    // ---- HTTP

    @Test
    void whatIsNotThereIsAProblem() throws IOException {
        Answer missing = wire.get("/nothing");

        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.headers()).containsEntry("content-type", "application/problem+json");
        assertThat(new ObjectMapper().readTree(missing.body()).toString())
                .startsWith("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                        + "\"detail\":\"there is no page at this path\",\"pages\":[\"GET /\",\"GET /metrics\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PURGE"})
    void pagesAreOnlyToBeSeen(String method) throws IOException {
        Answer answer = wire.send(Wire.head(method, "/config", "Content-Length: 2") + "{}")
                .answer(method);

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", "GET, HEAD");
        assertThat(wire.get("/config").status()).isEqualTo(200);
    }

    @Test
    void headHasTheFieldsOfGetAndNoBody() throws IOException {
        Answer get = wire.get("/config");
        Answer head = wire.send(Wire.head("HEAD", "/config")).answer("HEAD");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers().get("content-length")).isEqualTo(get.headers().get("content-length"));
        assertThat(wire.get("/ready").status()).isEqualTo(200);
    }

    @Test
    void requestsInOneGoAreAnsweredInTheirOrder() throws IOException {
        proxy.loops.get(0).stick();
        wire.send(Wire.head("GET", "/healthz") + Wire.head("GET", "/nothing") + Wire.head("GET", "/ready"));

        assertThat(wire.answer().status()).isEqualTo(503);
        assertThat(wire.answer().status()).isEqualTo(404);
        assertThat(wire.answer().status()).isEqualTo(200);
    }

    @Test
    void aConnectionEndsWhenTheClientWantsIt() throws IOException {
        Answer last = wire.get("/ready", "Connection: close");

        assertThat(last.headers()).containsEntry("connection", "close");
        assertThat(wire.ended()).isTrue();
    }

    @Test
    void aConnectionOfHttp10EndsAfterTheAnswer() throws IOException {
        wire.send("GET /ready HTTP/1.0\r\n\r\n");

        assertThat(wire.answer().status()).isEqualTo(200);
        assertThat(wire.ended()).isTrue();
    }

    @Test
    void aTargetInAbsoluteFormNamesItsHost() throws IOException {
        wire.send("GET http://localhost/ready?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(wire.answer().status()).isEqualTo(200);

        wire.send("GET http://evil.example/ready HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(wire.answer().status()).isEqualTo(403);
    }

    // ---- addresses

    @Test
    void aPortThatIsTakenIsNamed() {
        int port = ((InetSocketAddress) served.port().address()).getPort();

        assertThatIOException()
                .isThrownBy(() -> served.server().open(new TelemetryConfig(new Address.Tcp("127.0.0.1", port))))
                .withMessage("telemetry: cannot bind 127.0.0.1:" + port + ": address already in use");
    }

    @Test
    void aClosedPortEndsItsConnectionsAndCanBeOpenedAgain() throws IOException {
        assertThat(wire.get("/ready").status()).isEqualTo(200);
        int port = ((InetSocketAddress) served.port().address()).getPort();

        served.port().close();

        assertThat(wire.ended()).isTrue();
        AdminPort again =
                served.server().open(new AdminConfig(new Address.Tcp("127.0.0.1", port), Optional.empty(), List.of()));
        try (Wire next = new Wire(again.address())) {
            assertThat(next.get("/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void aUnixSocketIsServedAlsoWhereAKilledProcessLeftItsFile(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("admin.sock");
        try (var killed = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(file));
        }
        assertThat(file).exists();

        AdminPort port =
                served.server().open(new AdminConfig(new Address.Unix(file.toString()), Optional.empty(), List.of()));
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            client.write(
                    ByteBuffer.wrap("GET /ready HTTP/1.0\r\nHost: any\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(1024);
            client.read(answer);
            assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200 OK");
        }
        port.close();
        assertThat(Files.exists(file)).isFalse();
    }
}
