package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What takes too long is ended, and told as what it is. */
class TimeoutsTest {
    private static final Duration LONG = Duration.ofSeconds(15); // no limit here comes near it

    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = new ScriptedUpstream(TimeoutsTest::serve);
        program = Program.run("""
                listeners:
                  - {name: outbound, address: "127.0.0.1:0"}
                  - name: strict
                    address: 127.0.0.1:0
                    limits: {headTimeout: 200ms, bodyIdleTimeout: 200ms, idleTimeout: 300ms}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                defaults: {retry: off}
                routes:
                  - {name: request, match: {hosts: [request]}, upstream: app, timeout: {request: 800ms}}
                  - {name: attempt, match: {hosts: [attempt]}, upstream: app, timeout: {request: 20s, attempt: 700ms}}
                  - {name: idle, match: {hosts: [idle]}, upstream: app, timeout: {request: 20s, idle: 500ms}}
                  - {name: long, match: {hosts: [long]}, upstream: app, timeout: {request: 20s}}
                """.formatted(upstream.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private static void serve(Wire wire) throws IOException {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            switch (request.target()) {
                case "/silent" -> wire.request(); // until the proxy has had enough
                case "/half" ->
                    wire.head("HTTP/1.1 200 OK", "content-length: 10")
                            .send("12345")
                            .request();
                case "/events" -> {
                    wire.head("HTTP/1.1 200 OK", "content-type: text/event-stream")
                            .send("data: 1\n\n");
                    wire.request(); // until the client goes
                }
                default -> wire.send(ScriptedUpstream.ok(String.join("\n", request.fields())));
            }
        }
    }

    private static void assertTimedOut(Message answer, String cause, long startNanos) {
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.field("proxy-status")).contains("error=http_response_timeout");
        assertThat(answer.text()).contains("\"type\":\"urn:outrigger:problem:" + cause + "\"");
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(LONG);
    }

    @Test
    void theWholeRequestHasALimit() throws Exception {
        long start = System.nanoTime();
        assertTimedOut(program.ask("GET /silent HTTP/1.1", "host: request"), "deadline", start);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(800));
    }

    @Test
    void aResponseThatIsLateAfterItsHeadIsCut() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("GET /half HTTP/1.1", "host: request", "x-request-id: half");
            assertThat(wire.rest()).startsWith("HTTP/1.1 200 OK").endsWith("12345");
        }
        var line = program.awaitAccess("half");
        assertThat(line.path("cause").asText()).isEqualTo("deadline");
    }

    @Test
    void anAttemptHasALimit() throws Exception {
        long start = System.nanoTime();
        assertTimedOut(program.ask("GET /silent HTTP/1.1", "host: attempt"), "attempt-timeout", start);
    }

    @Test
    void anAttemptDoesNotCountWaitingForTheClientsBody() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("POST / HTTP/1.1", "host: attempt", "content-length: 3");
            // longer than an attempt may take, as the one that runs out meanwhile shows
            assertThat(program.ask("GET /silent HTTP/1.1", "host: attempt").status())
                    .isEqualTo(504);
            assertThat(wire.send("abc").response().status()).isEqualTo(200);
        }
    }

    @Test
    void aConnectionWithoutBytesHasALimit() throws Exception {
        long start = System.nanoTime();
        assertTimedOut(program.ask("GET /silent HTTP/1.1", "host: idle"), "attempt-timeout", start);
        try (var wire = Wire.to(program.port())) {
            wire.head("GET /half HTTP/1.1", "host: idle", "x-request-id: stalled");
            assertThat(wire.rest()).startsWith("HTTP/1.1 200 OK").endsWith("12345");
        }
        assertThat(program.awaitAccess("stalled").path("cause").asText()).isEqualTo("response_cut");
    }

    @Test
    void theClientMayWaitLess() throws Exception {
        long start = System.nanoTime();
        var answer = program.ask("GET /silent HTTP/1.1", "host: long", "x-request-timeout-ms: 100");
        assertTimedOut(answer, "deadline", start);
    }

    @Test
    void theTimeLeftGoesUpstream() throws Exception {
        assertThat(timeoutSent("host: request")).isBetween(1, 800);
        assertThat(timeoutSent("host: long", "x-request-timeout-ms: 5000")).isBetween(1, 5000);
        assertThat(timeoutSent("host: long", "x-request-timeout-ms: 60000")).isBetween(5001, 20_000);
    }

    private static int timeoutSent(String host, String... more) throws Exception {
        var answer = program.ask("GET / HTTP/1.1", host, more.length == 0 ? "x-none: 1" : more[0]);
        return answer.text()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("x-request-timeout-ms:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aStreamOfEventsOutlivesTheLimit() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("GET /events HTTP/1.1", "host: request");
            assertThat(wire.responseHead().status()).isEqualTo(200);
            assertThat(program.ask("GET /silent HTTP/1.1", "host: request").status())
                    .isEqualTo(504); // a limit later
            wire.finish();
            assertThat(wire.rest()).contains("data: 1\n\n");
        }
    }

    @Test
    void slowClientsAreToldSo() throws Exception {
        try (var wire = Wire.to(program.port("strict"))) {
            var answer = wire.send("GET / HTTP/1.1\r\nhos").response();
            assertThat(answer.text()).contains("urn:outrigger:problem:head-timeout");
            assertThat(answer.status()).isEqualTo(408);
        }
        try (var wire = Wire.to(program.port("strict"))) {
            var answer = wire.head("POST / HTTP/1.1", "host: long", "content-length: 3")
                    .send("a")
                    .response();
            assertThat(answer.text()).contains("urn:outrigger:problem:body-timeout");
            assertThat(answer.status()).isEqualTo(408);
        }
        try (var wire = Wire.to(program.port("strict"))) {
            assertThat(wire.head("GET / HTTP/1.1", "host: long").response().status())
                    .isEqualTo(200);
            assertThat(wire.endsWithoutAnotherByte()).isTrue(); // idleTimeout
        }
    }
}
