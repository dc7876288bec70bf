package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What happens can be seen from outside: counted to the last request, logged without secrets. */
class TelemetryTest {
    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = ScriptedUpstream.answering(request -> request.method().equals("HEAD")
                ? "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"
                : ScriptedUpstream.response(request.target().equals("/busy") ? "503 Busy" : "200 OK", "hello"));
        program = Program.run("""
                service: checkout
                listeners:
                  - {name: outbound, address: "127.0.0.1:0", upstream: app}
                  - {name: strict, address: "127.0.0.1:0"}
                admin: {address: "127.0.0.1:0"}
                telemetry: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                routes:
                  - {name: shop, match: {hosts: [shop]}, upstream: app}
                  - {name: counted, match: {hosts: [counted]}, upstream: app}
                """.formatted(upstream.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private static void count(String id, String method, String path) throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head(method + " " + path + " HTTP/1.1", "host: counted", "x-request-id: " + id);
            wire.responseHead();
        }
        program.awaitAccess(id);
    }

    @Test
    void everyLineHasTheNameOfTheService() {
        assertThat(program.out().untilNow())
                .hasSizeGreaterThan(3) // those of the start are among them
                .allMatch(line -> Program.json(line).path("service").asText().equals("checkout"));
    }

    @Test
    void everyRequestIsCountedOnce() throws Exception {
        for (int i = 0; i < 7; i++) {
            count("get-" + i, "GET", "/");
        }
        for (int i = 0; i < 3; i++) {
            count("busy-" + i, "POST", "/busy");
        }
        count("head-1", "HEAD", "/");
        count("brew-1", "BREW", "/");
        String route = "route=\"counted\"";
        assertThat(program.series("http_requests_total", route, "method=\"GET\"", "status=\"200\""))
                .isEqualTo(7);
        assertThat(program.series("http_requests_total", route, "method=\"POST\"", "status=\"503\""))
                .isEqualTo(3);
        assertThat(program.series("http_requests_total", route, "method=\"HEAD\""))
                .isEqualTo(1);
        assertThat(program.series("http_requests_total", route, "method=\"OTHER\""))
                .isEqualTo(1);
        assertThat(program.series("http_requests_total", route, "service=\"checkout\""))
                .isEqualTo(12);
        assertThat(program.series("http_request_duration_seconds_count", route)).isEqualTo(12);
        assertThat(program.series("http_request_duration_seconds_bucket", route, "le=\"+Inf\""))
                .isEqualTo(12);
        assertThat(program.series("http_requests_in_flight", route)).isZero();
        assertThat(program.series("outrigger_attempts_total", route, "upstream=\"app\"", "outcome=\"answered\""))
                .isEqualTo(12);
        assertThat(program.series("outrigger_failures_total", route)).isZero();
    }

    @Test
    void scrapersGetTheFormatThatTheyAskFor() throws Exception {
        program.ask("GET / HTTP/1.1", "host: shop", "x-request-id: first");
        program.awaitAccess("first");
        var text = program.admin("/metrics");
        assertThat(text.field("content-type")).startsWith("text/plain; version=0.0.4");
        assertThat(text.text())
                .contains("# TYPE http_requests_total counter", "outrigger_build_info{", "process_cpu_seconds_total ");
        var open = Program.ask(
                program.telemetryPort(), "GET /metrics HTTP/1.1", "host: pod", "accept: application/openmetrics-text");
        assertThat(open.field("content-type")).startsWith("application/openmetrics-text");
        assertThat(open.text()).endsWith("# EOF\n");
    }

    @Test
    void pagesTellHowItIs() throws Exception {
        for (String path : List.of("/healthz", "/ready", "/startup")) {
            assertThat(program.admin(path).status()).as(path).isEqualTo(200);
            assertThat(Program.ask(program.telemetryPort(), "GET " + path + " HTTP/1.1", "host: pod")
                            .status())
                    .isEqualTo(200);
        }
        var config = Program.json(program.admin("/config").text());
        assertThat(config.path("config").path("service").asText()).isEqualTo("checkout");
        assertThat(config.path("config")
                        .path("upstreams")
                        .path("app")
                        .path("pool")
                        .path("maxConnections")
                        .asInt())
                .isEqualTo(256); // a default, filled in
        assertThat(config.path("hash").asText()).isNotEmpty();
        assertThat(program.series(
                        "outrigger_config_info", "hash=\"" + config.path("hash").asText() + "\""))
                .isEqualTo(1);
        assertThat(program.admin("/routes").text()).contains("\"shop\"", "\"listener:outbound\"");
        assertThat(program.admin("/routes/shop").status()).isEqualTo(200);
        assertThat(program.admin("/routes/none").status()).isEqualTo(404);
        assertThat(program.admin("/upstreams").text()).contains("\"app\"", "127.0.0.1:" + upstream.port());
    }

    @Test
    void theTelemetryPortShowsNothingElse() throws Exception {
        for (String path : List.of("/config", "/routes", "/upstreams")) {
            assertThat(Program.ask(program.telemetryPort(), "GET " + path + " HTTP/1.1", "host: pod")
                            .status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(Program.ask(program.adminPort(), "GET /config HTTP/1.1", "host: evil.example")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anAccessLineHasItsFields() throws Exception {
        program.ask(
                "GET /orders/7?sort=up HTTP/1.1",
                "host: shop",
                "x-request-id: line-1",
                "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        var line = program.awaitAccess("line-1");
        assertThat(OffsetDateTime.parse(line.path("timestamp").asText()).toInstant())
                .isBeforeOrEqualTo(Instant.now());
        assertThat(line.path("level").asText()).isEqualTo("info");
        assertThat(line.path("service").asText()).isEqualTo("checkout");
        assertThat(line.path("message").asText()).isEqualTo("access");
        assertThat(line.path("trace_id").asText()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(line.path("span_id").asText()).isEqualTo("00f067aa0ba902b7");
        assertThat(line.path("route").asText()).isEqualTo("shop");
        assertThat(line.path("method").asText()).isEqualTo("GET");
        assertThat(line.path("path").asText()).isEqualTo("/orders/7");
        assertThat(line.path("status").asInt()).isEqualTo(200);
        assertThat(line.path("upstream").asText()).isEqualTo("app");
        assertThat(line.path("duration_ms").asDouble()).isPositive();
        var attempt = line.path("attempts").get(0);
        assertThat(attempt.path("endpoint").asText()).isEqualTo("127.0.0.1:" + upstream.port());
        assertThat(attempt.path("outcome").asText()).isEqualTo("answered");
        assertThat(attempt.path("status").asInt()).isEqualTo(200);
        assertThat(attempt.path("duration_ms").asDouble()).isPositive();
        assertThat(line.has("cause") || line.has("error")).isFalse();
    }

    @Test
    void secretsAreNeitherLoggedNorShown() throws Exception {
        for (String host : List.of("shop", "hunter2.nobody", "broken host hunter2")) {
            Program.ask(
                    program.port("strict"),
                    "GET /pay?token=hunter2 HTTP/1.1",
                    "host: " + host,
                    "x-request-id: secret-" + host.length(),
                    "authorization: Bearer hunter2",
                    "cookie: session=hunter2",
                    "x-api-key: hunter2");
        }
        program.awaitAccess("secret-4");
        program.awaitAccess("secret-14");
        for (String path : List.of("/metrics", "/config", "/routes", "/upstreams")) {
            assertThat(program.admin(path).text()).as(path).doesNotContain("hunter2");
        }
        assertThat(program.out().untilNow()).noneMatch(line -> line.contains("hunter2"));
    }
}
