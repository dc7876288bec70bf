package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Endpoints that are not well get nothing, until they are well again; and when too few are, there is a way. */
class HealthTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final String WELL = "well";

    /** What a server does, by its name and what it is asked for, instead of answering with its name. */
    private static final Map<String, String> moods = new ConcurrentHashMap<>();

    private static final CountDownLatch end = new CountDownLatch(1); // of the tests
    private static ScriptedUpstream a;
    private static ScriptedUpstream b;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        a = server("a");
        b = server("b");
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams:
                  failing:
                    endpoints: BOTH
                    balance: roundRobin
                    outlierDetection: {consecutiveFailures: 3, baseEjection: 1s, minRequests: 1000000}
                  slow:
                    endpoints: BOTH
                    balance: roundRobin
                    outlierDetection: {interval: 1s, minRequests: 5}
                  hung:
                    endpoints: BOTH
                    balance: roundRobin
                    healthCheck: {path: /hung-check, interval: 1s, timeout: 200ms, unhealthyAfter: 1, healthyAfter: 1}
                  panicking:
                    endpoints: BOTH
                    balance: roundRobin
                    panicThreshold: 60%
                    healthCheck: {path: /panicking-check, interval: 1s, timeout: 1s, unhealthyAfter: 1}
                  none:
                    endpoints: BOTH
                    panicThreshold: off
                    healthCheck: {path: /none-check, interval: 1s, timeout: 1s, unhealthyAfter: 1}
                  first:
                    endpoints: ["127.0.0.1:A"]
                    healthCheck: {path: /first-check, interval: 1s, timeout: 1s, unhealthyAfter: 1, healthyAfter: 1}
                    failover: [none, second]
                  second: {endpoints: ["127.0.0.1:B"]}
                  dead: {endpoints: ["127.0.0.1:DEAD"], failover: [second]}
                  drowning:
                    endpoints: BOTH
                    panicThreshold: 60%
                    healthCheck: {path: /drowning-check, interval: 1s, timeout: 1s, unhealthyAfter: 1}
                    failover: [second]
                  probed: {endpoints: ["127.0.0.1:A"], failover: [second]}
                  slowly:
                    endpoints: BOTH
                    balance: roundRobin
                    outlierDetection: {consecutiveFailures: 3, baseEjection: 100ms, minRequests: 1000000}
                    slowStart: 1h
                defaults: {retry: off}
                routes:
                  - {name: failing, match: {hosts: [failing]}, upstream: failing}
                  - {name: slow, match: {hosts: [slow]}, upstream: slow}
                  - {name: hung, match: {hosts: [hung]}, upstream: hung}
                  - {name: panicking, match: {hosts: [panicking]}, upstream: panicking}
                  - {name: none, match: {hosts: [none]}, upstream: none}
                  - {name: first, match: {hosts: [first]}, upstream: first}
                  - {name: dead, match: {hosts: [dead]}, upstream: dead, retry: {attempts: 2}, circuitBreaker: {consecutiveFailures: 1, openFor: 1m, scope: endpoint}}
                  - {name: guarded, match: {hosts: [guarded]}, upstream: dead, circuitBreaker: {consecutiveFailures: 1, openFor: 1m, scope: upstream}}
                  - {name: drowning, match: {hosts: [drowning]}, upstream: drowning}
                  - {name: probed, match: {hosts: [probed]}, upstream: probed, circuitBreaker: {consecutiveFailures: 1, openFor: 200ms, maxOpenFor: 200ms, halfOpenCalls: 1, successesToClose: 1, scope: endpoint}}
                  - {name: slowly, match: {hosts: [slowly]}, upstream: slowly}
                """.replace("BOTH", both())
                .replace("DEAD", Integer.toString(deadPort()))
                .replace("127.0.0.1:A", "127.0.0.1:" + a.port())
                .replace("127.0.0.1:B", "127.0.0.1:" + b.port()));
    }

    private static int deadPort() throws IOException {
        try (ScriptedUpstream gone = server("gone")) {
            return gone.port();
        }
    }

    private static String both() {
        return "[\"127.0.0.1:" + a.port() + "\", \"127.0.0.1:" + b.port() + "\"]";
    }

    private static ScriptedUpstream server(String name) throws IOException {
        return new ScriptedUpstream(wire -> {
            for (Message request = wire.request(); request != null; request = wire.request()) {
                String mood = moods.getOrDefault(name + request.target(), WELL);
                if (mood.equals("hung")) {
                    end.await();
                }
                if (mood.equals("slow")) {
                    new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS);
                }
                String status = mood.equals("ill") ? "503 Service Unavailable" : "200 OK";
                wire.send(ScriptedUpstream.response(status, name));
            }
        });
    }

    @AfterAll
    static void end() throws Exception {
        end.countDown();
        program.endsWell();
        a.close();
        b.close();
    }

    private static Message ask(String host) throws Exception {
        return program.ask("GET /" + host + " HTTP/1.1", "host: " + host);
    }

    /** How many of so many requests each server answers, by its name. */
    private static Map<String, Integer> shares(String host, int requests) throws Exception {
        Map<String, Integer> shares = new HashMap<>();
        try (Wire wire = Wire.to(program.port())) {
            for (int i = 0; i < requests; i++) {
                shares.merge(
                        wire.head("GET /" + host + " HTTP/1.1", "host: " + host)
                                .response()
                                .text(),
                        1,
                        Integer::sum);
            }
        }
        return shares;
    }

    private static JsonNode upstream(Program of, String name) throws Exception {
        for (JsonNode one : Program.json(of.admin("/upstreams").text()).get("upstreams")) {
            if (one.get("name").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError(name);
    }

    /** Waits until the endpoint of that index is so. */
    private static JsonNode await(String name, int endpoint, boolean healthy) throws Exception {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            JsonNode one = upstream(program, name).at("/endpoints/" + endpoint);
            if (one.get("healthy").asBoolean() == healthy) {
                return one;
            }
            assertThat(System.nanoTime()).as("%s: %s", name, one).isLessThan(until);
        }
    }

    private static String endpointLabel(ScriptedUpstream server) {
        return "endpoint=\"127.0.0.1:" + server.port() + "\"";
    }

    @Test
    void anEndpointThatStartsFailingIsEjectedAndComesBack() throws Exception {
        assertThat(shares("failing", 10)).isEqualTo(Map.of("a", 5, "b", 5));
        moods.put("a/failing", "ill");
        int failed = 0;
        for (int i = 0; i < 20; i++) {
            failed += ask("failing").status() == 503 ? 1 : 0;
        }
        assertThat(failed).isEqualTo(3);
        JsonNode ejected = upstream(program, "failing").at("/endpoints/0");
        assertThat(ejected.get("healthy").asBoolean()).isFalse();
        assertThat(ejected.at("/ejected/reason").asText()).isEqualTo("consecutive_failures");
        assertThat(Instant.parse(ejected.at("/ejected/until").asText()))
                .isBetween(Instant.now().minusSeconds(1), Instant.now().plusSeconds(1));
        String[] labels = {"upstream=\"failing\"", endpointLabel(a)};
        assertThat(program.series("outrigger_endpoint_healthy", labels)).isZero();
        assertThat(program.series("outrigger_endpoint_healthy", "upstream=\"failing\""))
                .isEqualTo(1);
        assertThat(program.series(
                        "outrigger_endpoint_ejections_total",
                        "upstream=\"failing\"",
                        endpointLabel(a),
                        "reason=\"consecutive_failures\""))
                .isEqualTo(1);
        program.awaitMessage(
                "upstream failing: endpoint 127.0.0.1:" + a.port() + " ejected for 1s: 3 failures in a row");

        moods.put("a/failing", WELL);
        await("failing", 0, true);
        program.awaitMessage("upstream failing: endpoint 127.0.0.1:" + a.port() + " takes part again");
        assertThat(shares("failing", 10)).isEqualTo(Map.of("a", 5, "b", 5));
        assertThat(program.series("outrigger_endpoint_healthy", labels)).isEqualTo(1);
    }

    @Test
    void anEndpointThatIsSlowerThanTheOthersIsEjected() throws Exception {
        moods.put("a/slow", "slow");
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (upstream(program, "slow").at("/endpoints/0/healthy").asBoolean()) {
            assertThat(System.nanoTime()).isLessThan(until);
            shares("slow", 20);
        }
        assertThat(upstream(program, "slow").at("/endpoints/0/ejected/reason").asText())
                .isEqualTo("latency");
        assertThat(shares("slow", 10)).isEqualTo(Map.of("b", 10));
    }

    @Test
    void aHungEndpointIsFoundByItsChecksAndComesBack() throws Exception {
        moods.put("a/hung-check", "hung");
        JsonNode ill = await("hung", 0, false);
        assertThat(ill.at("/check/last").asText()).isEqualTo("no answer within 200ms");
        assertThat(ill.has("ejected")).isFalse();
        assertThat(shares("hung", 10)).isEqualTo(Map.of("b", 10));
        program.awaitMessage("upstream hung: endpoint 127.0.0.1:" + a.port() + " is unhealthy: no answer within 200ms");
        program.awaitMetricAtLeast(
                1, "outrigger_endpoint_ejections_total", "upstream=\"hung\"", "reason=\"health_check\"");

        moods.put("a/hung-check", WELL);
        assertThat(await("hung", 0, true).at("/check/last").asText()).isEqualTo("status 200");
        assertThat(shares("hung", 10)).isEqualTo(Map.of("a", 5, "b", 5));
    }

    @Test
    void whenTooFewAreLeftAllAreUsed() throws Exception {
        moods.put("a/panicking-check", "ill");
        await("panicking", 0, false);
        assertThat(shares("panicking", 10)).isEqualTo(Map.of("a", 5, "b", 5));
        assertThat(program.series("outrigger_panic", "upstream=\"panicking\"")).isEqualTo(1);
        assertThat(upstream(program, "panicking").get("panic").asBoolean()).isTrue();
        moods.put("a/panicking", "ill");
        moods.put("b/panicking", "ill");
        program.ask("GET /panicking HTTP/1.1", "host: panicking", "x-request-id: panic");
        assertThat(program.admin("/requests/panic").text())
                .contains("upstream panicking: 1 of 2 endpoints usable, all are used");
        assertThat(upstream(program, "hung").get("panic").asBoolean()).isFalse();
        program.awaitMessage("upstream panicking: 1 of 2 endpoints usable, all are used");
    }

    @Test
    void withoutPanicNoneIsUsedThatIsIll() throws Exception {
        moods.put("a/none-check", "ill");
        moods.put("b/none-check", "ill");
        await("none", 0, false);
        await("none", 1, false);
        Message answer = program.ask("GET /none HTTP/1.1", "host: none", "x-request-id: none");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("no-endpoint", "upstream none: 0 of 2 endpoints usable");
    }

    @Test
    void anotherUpstreamStandsInAndTheFirstOneIsAskedAgain() throws Exception {
        assertThat(ask("first").text()).isEqualTo("a");
        moods.put("a/none-check", "ill");
        moods.put("b/none-check", "ill");
        await("none", 0, false);
        await("none", 1, false);
        moods.put("a/first-check", "ill");
        await("first", 0, false);
        assertThat(program.ask("GET /first HTTP/1.1", "host: first", "x-request-id: failover")
                        .text())
                .isEqualTo("b");
        program.awaitMetricAtLeast(1, "outrigger_attempts_total", "route=\"first\"", "upstream=\"second\"");
        moods.put("b/first", "ill");
        program.ask("GET /first HTTP/1.1", "host: first", "x-request-id: failed-over");
        moods.put("b/first", WELL);
        String steps = program.admin("/requests/failed-over").text();
        assertThat(steps).contains("to second", "upstream first: 0 of 1 endpoints usable");
        assertThat(Program.json(steps).path("steps"))
                .as("the decision before the attempt that came of it")
                .extracting(step -> step.path("by").asText())
                .containsExactly("failover", "upstream");
        assertThat(program.admin("/explain?method=GET&url=http://first/first").text())
                .contains("or, when none is usable, one of none, second");

        moods.put("a/first-check", WELL);
        await("first", 0, true);
        assertThat(ask("first").text()).isEqualTo("a");
    }

    @Test
    void anotherUpstreamStandsInForOpenCircuitsOfEndpoints() throws Exception {
        assertThat(ask("dead").text()).as("the retry goes there").isEqualTo("b");
        assertThat(ask("dead").text()).as("and so does whoever comes next").isEqualTo("b");
        assertThat(program.series("outrigger_attempts_total", "route=\"dead\"", "upstream=\"dead\""))
                .isEqualTo(1);
    }

    @Test
    void anotherUpstreamStandsInWhileACircuitIsTried() throws Exception {
        moods.put("a/probed", "ill");
        assertThat(ask("probed").status()).isEqualTo(503);
        assertThat(ask("probed").text()).isEqualTo("b");
        moods.put("a/probed", "hung");
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (refusesForMs() > 0) {
            assertThat(System.nanoTime()).isLessThan(until);
        }
        try (Wire probe = Wire.to(program.port())) {
            probe.head("GET /probed HTTP/1.1", "host: probed");
            program.awaitMetricAtLeast(1, "http_requests_in_flight", "route=\"probed\"");
            for (int i = 0; i < 5; i++) {
                assertThat(ask("probed").text())
                        .as("the circuit has lent its only lease")
                        .isEqualTo("b");
            }
        }
    }

    /** The longest of its circuits. */
    private static double refusesForMs() throws Exception {
        double longest = 0;
        for (JsonNode one : Program.json(program.admin("/routes/probed").text()).at("/circuit/circuits")) {
            longest = Math.max(longest, one.get("refusesForMs").asDouble());
        }
        return longest;
    }

    @Test
    void whoeverHasEnoughEndpointsComesBeforeAPanic() throws Exception {
        moods.put("a/drowning-check", "ill");
        await("drowning", 0, false);
        assertThat(shares("drowning", 10)).isEqualTo(Map.of("b", 10));
        program.awaitMetricAtLeast(10, "outrigger_attempts_total", "route=\"drowning\"", "upstream=\"second\"");
    }

    @Test
    void aCircuitOfTheUpstreamStandsBeforeThoseThatStandIn() throws Exception {
        assertThat(ask("guarded").status()).isEqualTo(502);
        assertThat(ask("guarded").text()).contains("circuit-open");
        assertThat(program.series("outrigger_circuit_state", "route=\"guarded\"", "state=\"open\""))
                .isEqualTo(1);
    }

    @Test
    void anEndpointThatComesBackBeginsWithASmallShare() throws Exception {
        assertThat(shares("slowly", 40)).as("all were there from the beginning").isEqualTo(Map.of("a", 20, "b", 20));
        moods.put("a/slowly", "ill");
        shares("slowly", 6);
        moods.put("a/slowly", WELL);
        await("slowly", 0, true);
        assertThat(shares("slowly", 400).getOrDefault("a", 0)).isBetween(1, 40); // a twentieth of 200
    }

    @Test
    void anEjectionSurvivesAReload() throws Exception {
        String text = """
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: %s, balance: roundRobin, healthCheck: {path: /kept-check, interval: 1s, unhealthyAfter: 1}, outlierDetection: {consecutiveFailures: 3, baseEjection: 5m}}}
                defaults: {retry: off}
                """.formatted(both());
        Path file = Program.file(text);
        moods.put("a/kept", "ill");
        try (Program reloaded = Program.runFile(file)) {
            for (int i = 0; i < 6; i++) {
                reloaded.ask("GET /kept HTTP/1.1", "host: app");
            }
            reload(reloaded, file, text.replace("5m", "4m"));
            JsonNode kept = upstream(reloaded, "app").at("/endpoints/0");
            assertThat(kept.at("/ejected/reason").asText()).isEqualTo("consecutive_failures");
            assertThat(Instant.parse(kept.at("/ejected/until").asText()))
                    .isAfter(Instant.now().plusSeconds(250));
            for (int i = 0; i < 6; i++) {
                assertThat(reloaded.ask("GET /kept HTTP/1.1", "host: app").text())
                        .isEqualTo("b");
            }
            assertThat(reloaded.series("outrigger_endpoint_healthy")).isEqualTo(1);

            reload(reloaded, file, text.replace("outlierDetection: {", "panicThreshold: 0% } } # {"));
            assertThat(upstream(reloaded, "app").at("/endpoints/0/healthy").asBoolean())
                    .as("nothing is compared any more")
                    .isTrue();
            reload(reloaded, file, text.replace(both(), "[\"127.0.0.1:" + b.port() + "\"]"));
            assertThat(reloaded.admin("/metrics").text()).doesNotContain(endpointLabel(a));
            reloaded.endsWell();
        }
    }

    private static void reload(Program of, Path file, String text) throws Exception {
        Files.writeString(file, text);
        assertThat(Program.ask(of.adminPort(), "POST /config/reload HTTP/1.1", "host: localhost")
                        .status())
                .isEqualTo(200);
    }
}
