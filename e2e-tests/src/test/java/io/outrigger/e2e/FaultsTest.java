package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Faults of the file: what the other filters make of them, and what is told. */
class FaultsTest {
    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = ScriptedUpstream.answering(request -> request.target().startsWith("/chunked")
                ? "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\nabcdefgh\r\n0\r\n\r\n"
                : ScriptedUpstream.ok("abcdefghij".repeat(request.target().startsWith("/long") ? 2000 : 1)));
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                defaults: {timeout: {request: 20s}, retry: {on: [502, 503, reset, attemptTimeout], backoff: {base: 1ms, max: 1ms}, budget: off}}
                routes:
                  - {name: abort, match: {hosts: [abort]}, upstream: app, retry: off, fault: {percentage: 100%%, force: true, fault: [{abort: 503}], match: {headers: {x-chaos: "1"}}}}
                  - {name: reset, match: {hosts: [reset]}, upstream: app, fault: {percentage: 100%%, force: true, fault: [{reset: true}], match: {headers: {x-chaos: "1"}}}}
                  - {name: late, match: {hosts: [late]}, upstream: app, retry: off, fault: {percentage: 100%%, force: true, fault: [{latency: 200ms}]}}
                  - {name: later, match: {hosts: [later]}, upstream: app, retry: off, timeout: {attempt: 400ms}, fault: {percentage: 100%%, force: true, fault: [{latency: 5s}]}}
                  - {name: silent, match: {hosts: [silent]}, upstream: app, retry: off, timeout: {request: 1s}, bulkhead: {maxConnections: 1, maxPending: 0}, fault: {percentage: 100%%, force: true, fault: [{blackhole: true}], match: {headers: {x-chaos: "1"}}}}
                  - {name: hole, match: {hosts: [hole]}, upstream: app, retry: off, fault: {percentage: 100%%, force: true, fault: [{blackhole: true}]}}
                  - {name: cut, match: {hosts: [cut]}, upstream: app, fault: {percentage: 100%%, force: true, fault: [{truncate: 50%%}]}}
                  - {name: slow, match: {hosts: [slow]}, upstream: app, fault: {percentage: 100%%, force: true, fault: [{throttle: 20KiB}]}}
                  - {name: broken, match: {hosts: [broken]}, upstream: app, retry: off, circuitBreaker: {window: {calls: 5}, minimumCalls: 5, openFor: 1m}, fault: {percentage: 100%%, force: true, fault: [{abort: 500}]}}
                  - {name: some, match: {hosts: [some]}, upstream: app, retry: {on: [503], attempts: 10, backoff: {base: 1ms, max: 1ms}, budget: off}, fault: {percentage: 50%%, force: true, fault: [{abort: 503}]}}
                """.formatted(upstream.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private static Message hit(String host, String method, String id) throws Exception {
        return program.ask(method + " /" + id + " HTTP/1.1", "host: " + host, "x-chaos: 1", "x-request-id: " + id);
    }

    private static double injected(String route) throws Exception {
        return program.series("outrigger_faults_injected_total", "route=\"" + route + "\"", "experiment=\"(file)\"");
    }

    private static long asked(String id) {
        return upstream.received().stream()
                .filter(request -> request.target().equals("/" + id))
                .count();
    }

    @Test
    void anAbortIsAnAnswerThatTheUpstreamNeverGave() throws Exception {
        double before = injected("abort");
        Message answer = hit("abort", "GET", "abort-1");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.field("proxy-status"))
                .isEqualTo("outrigger; error=proxy_internal_response; details=\"abort 503, by the file\"");
        JsonNode problem = Program.json(answer.text());
        assertThat(problem.path("status").asInt()).isEqualTo(503);
        assertThat(problem.path("requestId").asText()).isEqualTo("abort-1");
        assertThat(problem.path("route").asText()).isEqualTo("abort");
        assertThat(asked("abort-1")).isZero();
        assertThat(injected("abort")).isEqualTo(before + 1);
    }

    @Test
    void anAbortedHeadIsToldHowLongTheAnswerWouldBe() throws Exception {
        Message whole = hit("abort", "GET", "abort-2");
        try (Wire wire = Wire.to(program.port())) {
            for (int i = 0; i < 2; i++) { // nothing of the content is on the connection
                Message head = wire.head("HEAD / HTTP/1.1", "host: abort", "x-chaos: 1", "x-request-id: abort-3")
                        .responseHead();
                assertThat(head.status()).isEqualTo(503);
                assertThat(head.field("content-length")).isNotNull().isEqualTo(whole.field("content-length"));
            }
        }
    }

    @Test
    void itIsToldByTheAccessLineAndByTheRequest() throws Exception {
        hit("abort", "GET", "abort-told");
        JsonNode line = program.awaitAccess("abort-told");
        assertThat(line.path("fault_by").asText()).isEqualTo("(file)");
        assertThat(line.path("upstream").asText()).isEqualTo("app");
        assertThat(line.path("attempts").get(0).path("endpoint").asText()).isEqualTo("(fault)");
        assertThat(line.path("attempts").get(0).path("outcome").asText()).isEqualTo("answered");
        JsonNode steps =
                Program.json(program.admin("/requests/abort-told").text()).path("steps");
        assertThat(steps.findValuesAsText("verdict")).contains("abort");
        assertThat(steps.findValuesAsText("why")).contains("upstream app is not asked, by the file");
    }

    @Test
    void whoDoesNotMatchIsLeftAlone() throws Exception {
        assertThat(program.ask("GET /plain HTTP/1.1", "host: abort").status()).isEqualTo(200);
        assertThat(asked("plain")).isEqualTo(1);
    }

    @Test
    void aClientThatHasSentItsBodyKeepsItsConnection() throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            for (int i = 0; i < 3; i++) {
                wire.head("POST /kept HTTP/1.1", "host: abort", "x-chaos: 1", "content-length: 3");
                assertThat(wire.send("pay").response().status()).isEqualTo(503);
            }
        }
        assertThat(asked("kept")).isZero();
    }

    @Test
    void aResetIsRetriedOnlyWhereItMayHappenTwice() throws Exception {
        assertThat(hit("reset", "GET", "reset-get").status()).isEqualTo(502);
        assertThat(program.awaitAccess("reset-get").path("attempts")).hasSize(3);
        assertThat(hit("reset", "POST", "reset-post").status()).isEqualTo(502);
        JsonNode line = program.awaitAccess("reset-post");
        assertThat(line.path("cause").asText()).isEqualTo("reset");
        assertThat(line.path("attempts")).hasSize(1);
        assertThat(line.path("attempts").get(0).path("outcome").asText()).isEqualTo("unknown");
        assertThat(program.series("outrigger_attempts_total", "route=\"reset\"", "cause=\"reset\""))
                .isEqualTo(4);
    }

    @Test
    void latencyDelaysTheAnswer() throws Exception {
        long start = System.nanoTime();
        Message answer = hit("late", "GET", "late");
        assertThat(answer.text()).isEqualTo("abcdefghij");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        JsonNode request = Program.json(program.admin("/requests/late").text());
        assertThat(request.path("keptFor").asText()).isEqualTo("injected");
        assertThat(request.path("steps").findValuesAsText("waitMs")).contains("200.0");
    }

    @Test
    void anAnswerThatIsTooLateIsATimeoutOfTheAttempt() throws Exception {
        assertThat(hit("later", "GET", "later").status()).isEqualTo(504);
        JsonNode line = program.awaitAccess("later");
        assertThat(line.path("cause").asText()).isEqualTo("attempt_timeout");
        assertThat(line.path("attempts").get(0).path("outcome").asText()).isEqualTo("unknown");
        assertThat(asked("later")).as("it was sent").isEqualTo(1);
    }

    @Test
    void aBlackholeEndsWithTheTimeAndFreesItsSlot() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(hit("silent", "GET", "silent-" + i).status()).isEqualTo(504);
            JsonNode line = program.awaitAccess("silent-" + i);
            assertThat(line.path("cause").asText()).isEqualTo("deadline");
        }
        assertThat(program.ask("GET /heard HTTP/1.1", "host: silent").status()).isEqualTo(200);
        assertThat(asked("silent-0")).isZero();
        program.awaitMetricAtMost(0, "http_requests_in_flight", "route=\"silent\"");
        program.awaitMetricAtMost(0, "outrigger_bulkhead_in_use", "bulkhead=\"silent\"");
    }

    @Test
    void aClientThatLeavesABlackholeFreesItAtOnce() throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            wire.head("POST /left HTTP/1.1", "host: hole", "content-length: 10");
            wire.send("abc");
            program.awaitMetricAtLeast(1, "http_requests_in_flight", "route=\"hole\"");
        }
        program.awaitMetricAtMost(0, "http_requests_in_flight", "route=\"hole\"");
    }

    @Test
    void aTruncatedResponseNeverLooksComplete() throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            wire.head("GET /cut HTTP/1.1", "host: cut", "x-request-id: cut");
            Message head = wire.responseHead();
            assertThat(head.field("content-length")).isEqualTo("10");
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            assertThatThrownBy(() -> wire.body(head, body)).isInstanceOf(EOFException.class);
            assertThat(body.toString(StandardCharsets.ISO_8859_1)).isEqualTo("abcde");
        }
        assertThat(program.awaitAccess("cut").path("cause").asText()).isEqualTo("response_cut");
        try (Wire wire = Wire.to(program.port())) {
            wire.head("GET /chunked HTTP/1.1", "host: cut");
            Message head = wire.responseHead();
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            assertThatThrownBy(() -> wire.body(head, body)).isInstanceOf(EOFException.class);
            assertThat(body.toString(StandardCharsets.ISO_8859_1)).isEqualTo("abcd");
        }
    }

    @Test
    void aThrottledResponseTakesItsTime() throws Exception {
        long start = System.nanoTime();
        Message answer = program.ask("GET /long HTTP/1.1", "host: slow", "x-request-id: slow");
        assertThat(answer.text()).isEqualTo("abcdefghij".repeat(2000));
        // 20000 bytes at 20480 a second, of which the first twentieth of a second's go at once
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
        JsonNode line = program.awaitAccess("slow");
        assertThat(line.path("duration_ms").asDouble())
                .as("until its last byte")
                .isGreaterThan(900);
    }

    @Test
    void theCircuitTakesItForTheUpstream() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(hit("broken", "GET", "broken-" + i).status()).isEqualTo(500);
        }
        Message refused = hit("broken", "GET", "broken-5");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(program.awaitAccess("broken-5").path("cause").asText()).isEqualTo("circuit_open");
        assertThat(injected("broken")).isEqualTo(5);
    }

    @Test
    void retriesHealWhatHitsOnlySome() throws Exception {
        for (int i = 0; i < 40; i++) {
            assertThat(hit("some", "GET", "some-" + i).status()).isEqualTo(200);
        }
        double injected = injected("some");
        assertThat(injected).isBetween(8.0, 100.0); // 40 on average
        assertThat(program.series("outrigger_attempts_total", "route=\"some\"")).isEqualTo(40 + injected);
    }

    @Test
    void explainSaysWhatWouldHappen() throws Exception {
        String hit = program.admin("/explain?method=GET&url=http://late/").text();
        assertThat(hit).contains("latency 200ms for 100% of the attempts");
        String spared = program.admin("/explain?method=GET&url=http://abort/").text();
        assertThat(spared).contains("nothing: match takes others");
    }
}
