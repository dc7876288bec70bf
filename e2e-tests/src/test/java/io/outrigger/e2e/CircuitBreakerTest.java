package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What keeps failing is left alone, its callers are answered at once, and it is found out when it is well again. */
class CircuitBreakerTest {
    private static final String USUAL = "window: {calls: 10}, minimumCalls: 5, halfOpenCalls: 3, successesToClose: 2";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** What the upstream does to the requests for a path, instead of answering that all is well. */
    private static final Map<String, String> ill = new ConcurrentHashMap<>();

    private static final Map<String, List<Message>> received = new ConcurrentHashMap<>();
    private static final CountDownLatch probesMayGo = new CountDownLatch(1);
    private static ScriptedUpstream upstream;
    private static ScriptedUpstream dead;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = new ScriptedUpstream(CircuitBreakerTest::serve);
        dead = new ScriptedUpstream(Wire::request); // and gone
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%1$d"]}
                  dead: {endpoints: ["127.0.0.1:%2$d"]}
                  half: {endpoints: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"], balance: roundRobin}
                  helped: {endpoints: ["127.0.0.1:%2$d"], failover: [app]}
                defaults:
                  retry: off
                routes:
                  - {name: exact, match: {hosts: [exact]}, upstream: app, circuitBreaker: {%3$s, openFor: 1m}}
                  - {name: probed, match: {hosts: [probed]}, upstream: app, circuitBreaker: {%3$s, openFor: 200ms, maxOpenFor: 200ms}}
                  - {name: dead, match: {hosts: [dead]}, upstream: dead, circuitBreaker: {%3$s, consecutiveFailures: 2, openFor: 500ms, maxOpenFor: 500ms}}
                  - {name: left, match: {hosts: [left]}, upstream: app, circuitBreaker: {%3$s, openFor: 200ms, maxOpenFor: 200ms}}
                  - {name: late, match: {hosts: [late]}, upstream: app, timeout: {request: 10s, attempt: 50ms}, circuitBreaker: {%3$s, openFor: 200ms, maxOpenFor: 200ms}}
                  - {name: shed, match: {hosts: [shed]}, upstream: app, bulkhead: {name: one, maxConnections: 1, maxPending: 0}, circuitBreaker: {%3$s, openFor: 200ms, maxOpenFor: 200ms}}
                  - {name: slot, match: {hosts: [slot]}, upstream: app, bulkhead: {name: one, maxConnections: 1, maxPending: 0}}
                  - name: retried
                    match: {hosts: [retried]}
                    upstream: app
                    retry: {attempts: 10, on: [503], backoff: {base: 1ms}, budget: off}
                    circuitBreaker: {consecutiveFailures: 3, openFor: 1m}
                  - {name: forced, match: {hosts: [forced]}, upstream: app, circuitBreaker: {}}
                  - {name: half, match: {hosts: [half]}, upstream: half, circuitBreaker: {consecutiveFailures: 1, openFor: 1m, scope: endpoint}}
                  - {name: none, match: {hosts: [none]}, upstream: dead, circuitBreaker: {consecutiveFailures: 1, openFor: 1m, scope: endpoint}}
                  - {name: one, match: {hosts: [one]}, upstream: dead, circuitBreaker: {consecutiveFailures: 2, openFor: 1m, scope: upstream}}
                  - {name: other, match: {hosts: [other]}, upstream: dead, circuitBreaker: {consecutiveFailures: 2, openFor: 1m, scope: upstream}}
                  - {name: helped, match: {hosts: [helped]}, upstream: helped, circuitBreaker: {consecutiveFailures: 2, openFor: 1m, scope: upstream}}
                """.formatted(upstream.port(), dead.port(), USUAL));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
        dead.close();
    }

    private static void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            received(request.target()).add(request);
            String what = ill.getOrDefault(request.target(), "well");
            if (what.equals("held")) {
                probesMayGo.await();
            }
            if (what.equals("silent")) {
                wire.request(); // until the connection ends
                return;
            }
            wire.send(ScriptedUpstream.response(what.equals("ill") ? "503 Service Unavailable" : "200 OK", what));
        }
    }

    private static List<Message> received(String path) {
        return received.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>());
    }

    private static Message ask(String host, String path, String... fields) throws Exception {
        List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "host: " + host));
        lines.addAll(Arrays.asList(fields));
        return program.ask(lines.toArray(String[]::new));
    }

    private static JsonNode circuit(String route) throws Exception {
        return Program.json(program.admin("/routes/" + route).text()).get("circuit");
    }

    private static void put(String route, String body) throws Exception {
        try (Wire wire = Wire.to(program.adminPort())) {
            wire.head(
                    "PUT /routes/" + route + "/circuit HTTP/1.1",
                    "host: localhost",
                    "connection: close",
                    "content-length: " + body.length());
            assertThat(wire.send(body).response().status()).isEqualTo(200);
        }
    }

    /** Opens it by failures, and tells how many calls that took. */
    private static int open(String host, String path) throws Exception {
        ill.put(path, "ill");
        for (int calls = 1; ; calls++) {
            ask(host, path);
            if (circuit(host).get("state").asText().equals("open")) {
                return calls;
            }
        }
    }

    @Test
    void itOpensAtTheExactCallAndRefusesFromThenOn() throws Exception {
        assertThat(ask("exact", "/exact").status()).isEqualTo(200);
        assertThat(ask("exact", "/exact").status()).isEqualTo(200);
        assertThat(open("exact", "/exact")).as("2 of 4 are too few calls").isEqualTo(3);
        assertThat(received("/exact")).hasSize(5);

        Message refused = ask("exact", "/exact", "x-request-id: refused");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("proxy-status")).contains("error=destination_unavailable");
        assertThat(Integer.parseInt(refused.field("retry-after"))).isBetween(45, 60);
        assertThat(refused.text()).contains("circuit-open");
        assertThat(received("/exact")).hasSize(5);

        assertThat(program.awaitAccess("refused").path("cause").asText()).isEqualTo("circuit_open");
        assertThat(program.admin("/requests/refused").text()).contains("the circuit of route exact is open");
        program.awaitMetricAtLeast(1, "outrigger_circuit_refused_total", "route=\"exact\"");
        assertThat(program.series("outrigger_circuit_state", "route=\"exact\"", "state=\"open\""))
                .isEqualTo(1);
        assertThat(program.series("outrigger_circuit_state", "route=\"exact\"")).isEqualTo(1);
        assertThat(program.series("outrigger_circuit_transitions_total", "route=\"exact\"", "to=\"open\""))
                .isEqualTo(1);
        assertThat(program.awaitMessage("route exact: circuit open for ")
                        .path("message")
                        .asText())
                .endsWith(": 3 of 5 calls failed");
    }

    @Test
    void twoHundredAtOnceGetExactlyTheCallsThatMayTry() throws Exception {
        open("probed", "/probed");
        ill.put("/probed", "held");
        int before = received("/probed").size();
        List<Wire> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(Wire.to(program.port()));
        }
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (circuit("probed").at("/circuits/0/refusesForMs").asDouble() > 0) {
            assertThat(System.nanoTime()).isLessThan(until);
        }
        for (Wire client : clients) {
            client.head("GET /probed HTTP/1.1", "host: probed", "connection: close");
        }
        program.awaitMetricAtLeast(197, "outrigger_circuit_refused_total", "route=\"probed\"");
        assertThat(circuit("probed").get("state").asText()).isEqualTo("half_open");
        awaitReceived("/probed", before + 3); // their being let through is sooner than their arrival
        assertThat(received("/probed")).hasSize(before + 3);
        probesMayGo.countDown();
        int well = 0;
        for (Wire client : clients) {
            well += client.response().status() == 200 ? 1 : 0;
            client.close();
        }
        assertThat(well).isEqualTo(3);
        assertThat(circuit("probed").get("state").asText()).isEqualTo("closed");
    }

    /** 200 requests a second, whatever becomes of them. */
    @Test
    void aDeadUpstreamSeesNothingButProbesAndItsCallersWaitForNothing() throws Exception {
        List<Long> refused = new ArrayList<>();
        int before = dead.connections();
        long begin = System.nanoTime();
        try (Wire client = Wire.to(program.port())) {
            for (int i = 0; i < 800; i++) {
                long due = begin + i * TimeUnit.MILLISECONDS.toNanos(5);
                LockSupport.parkNanos(due - System.nanoTime());
                long sent = System.nanoTime();
                Message answer = client.head("GET /dead HTTP/1.1", "host: dead").response();
                if (answer.text().contains("circuit-open")) {
                    refused.add(System.nanoTime() - sent);
                }
            }
        }
        refused.sort(null);
        assertThat(refused).hasSizeGreaterThan(750);
        assertThat(refused.get(refused.size() / 2)).isLessThan(TimeUnit.MILLISECONDS.toNanos(2));
        String[] atOnce = {"route=\"dead\"", "status=\"503\"", "le=\"0.001\""};
        assertThat(program.series("http_request_duration_seconds_bucket", atOnce))
                .as("by the proxy's own clock, whatever else the machine does")
                .isGreaterThanOrEqualTo(0.99 * refused.size());
        // 2 to open it; then 2 of 3 that may try, and once more whenever it reopens, 400 ms later at the earliest
        assertThat(dead.connections() - before).isLessThanOrEqualTo(2 + 3 * 10);
    }

    // ---- half-open, whatever becomes of those that try

    private static void awaitTrial(String host) throws Exception {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (circuit(host).at("/circuits/0/refusesForMs").asDouble() > 0) {
            assertThat(System.nanoTime()).isLessThan(until);
        }
    }

    private static void awaitReceived(String path, int count) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (received(path).size() < count) {
            assertThat(System.nanoTime())
                    .as("%d of %d", received(path).size(), count)
                    .isLessThan(until);
            Thread.onSpinWait();
        }
    }

    private static void closesByItself(String host, String path) throws Exception {
        ill.put(path, "well");
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!circuit(host).get("state").asText().equals("closed")) {
            assertThat(System.nanoTime()).as("%s", circuit(host)).isLessThan(until);
            ask(host, path);
        }
        assertThat(ask(host, path).status()).isEqualTo(200);
    }

    @Test
    void clientsThatLeaveDoNotKeepItHalfOpen() throws Exception {
        open("left", "/left");
        awaitTrial("left");
        ill.put("/left", "silent");
        int before = received("/left").size();
        for (int round = 1; round <= 5; round++) {
            for (int i = 0; i < 3; i++) {
                try (Wire client = Wire.to(program.port())) {
                    client.head("GET /left HTTP/1.1", "host: left");
                    awaitReceived("/left", before + 3 * (round - 1) + i + 1);
                }
            }
        }
        assertThat(circuit("left").get("state").asText())
                .as("they said nothing")
                .isEqualTo("half_open");
        closesByItself("left", "/left");
    }

    @Test
    void probesThatTimeOutOpenItAgainAndNoMore() throws Exception {
        open("late", "/late");
        ill.put("/late", "silent");
        double opened = program.series("outrigger_circuit_transitions_total", "route=\"late\"", "to=\"open\"");
        for (int round = 1; round <= 3; round++) {
            awaitTrial("late");
            for (int i = 0; i < 2; i++) {
                assertThat(ask("late", "/late").status()).isEqualTo(504); // after the second no success is possible
            }
            assertThat(program.series("outrigger_circuit_transitions_total", "route=\"late\"", "to=\"open\""))
                    .isEqualTo(opened + round);
        }
        awaitTrial("late");
        closesByItself("late", "/late");
    }

    @Test
    void probesThatAreShedDoNotKeepItHalfOpen() throws Exception {
        open("shed", "/shed");
        awaitTrial("shed");
        ill.put("/slot", "silent");
        try (Wire holder = Wire.to(program.port())) {
            holder.head("GET /slot HTTP/1.1", "host: slot");
            awaitReceived("/slot", 1);
            int before = received("/shed").size();
            for (int i = 0; i < 10; i++) {
                assertThat(ask("shed", "/shed").text()).as("not by the circuit").contains("bulkhead-full");
            }
            assertThat(received("/shed")).hasSize(before);
            assertThat(circuit("shed").get("state").asText()).isEqualTo("half_open");
        }
        closesByItself("shed", "/shed");
    }

    @Test
    void anOpenCircuitEndsTheRetrying() throws Exception {
        ill.put("/retried", "ill");
        Message answer = ask("retried", "/retried");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).as("the upstream's last answer").isEqualTo("ill");
        assertThat(received("/retried")).hasSize(3);
        program.awaitMetricAtLeast(1, "outrigger_retry_denied_total", "route=\"retried\"", "reason=\"circuit\"");
    }

    @Test
    void anOperatorHasItOpenClosedAndBack() throws Exception {
        put("forced", "{\"state\": \"open\", \"for\": \"5m\"}");
        Message refused = ask("forced", "/forced");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(Integer.parseInt(refused.field("retry-after"))).isBetween(290, 300);
        put("forced", "{\"state\": \"closed\"}");
        ill.put("/forced", "ill");
        for (int i = 0; i < 30; i++) {
            assertThat(ask("forced", "/forced").text()).isEqualTo("ill");
        }
        put("forced", "{\"state\": \"auto\"}");
        assertThat(open("forced", "/forced")).isEqualTo(20);
    }

    @Test
    void endpointsWithAnOpenCircuitArePassedOver() throws Exception {
        int failed = 0;
        for (int i = 0; i < 40; i++) {
            failed += ask("half", "/half").status() == 200 ? 0 : 1;
        }
        assertThat(failed).isEqualTo(1);
        assertThat(circuit("half").get("state").asText()).isEqualTo("closed");
        assertThat(circuit("half").get("circuits")).hasSize(2);
    }

    @Test
    void whenAllEndpointsAreOpenTheRouteRefuses() throws Exception {
        assertThat(ask("none", "/none").status()).isEqualTo(502);
        Message refused = ask("none", "/none");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).contains("circuit-open");
        assertThat(Integer.parseInt(refused.field("retry-after"))).isBetween(45, 60);
    }

    @Test
    void anOpenCircuitSurvivesAReload() throws Exception {
        String text = """
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                defaults: {retry: off, circuitBreaker: {consecutiveFailures: 2, failureRate: RATE, openFor: 1m}}
                """.formatted(dead.port());
        Path file = Program.file(text.replace("RATE", "50%"));
        try (Program reloaded = Program.runFile(file)) {
            assertThat(reloaded.ask("GET / HTTP/1.1", "host: a").status()).isEqualTo(502);
            assertThat(reloaded.ask("GET / HTTP/1.1", "host: a").status()).isEqualTo(502);
            Files.writeString(file, text.replace("RATE", "60%"));
            assertThat(Program.ask(reloaded.adminPort(), "POST /config/reload HTTP/1.1", "host: localhost")
                            .status())
                    .isEqualTo(200);
            assertThat(reloaded.ask("GET / HTTP/1.1", "host: a").text()).contains("circuit-open");
            assertThat(reloaded.series("outrigger_circuit_state", "state=\"open\""))
                    .isEqualTo(1);

            Files.writeString(file, text.replace("circuitBreaker: {", "timeout: {request: 1s} } # {"));
            assertThat(Program.ask(reloaded.adminPort(), "POST /config/reload HTTP/1.1", "host: localhost")
                            .status())
                    .isEqualTo(200);
            assertThat(reloaded.ask("GET / HTTP/1.1", "host: a").status()).isEqualTo(502);
            assertThat(reloaded.admin("/metrics").text()).doesNotContain("outrigger_circuit_state{");
        }
    }

    @Test
    void routesToOneUpstreamMayShareACircuit() throws Exception {
        assertThat(ask("one", "/shared").status()).isEqualTo(502);
        assertThat(ask("other", "/shared").status()).isEqualTo(502);
        assertThat(ask("one", "/shared").text()).contains("circuit-open");
        assertThat(ask("other", "/shared").text()).contains("circuit-open");
        assertThat(circuit("other").at("/circuits/0/name").asText()).isEqualTo("upstream dead");
    }

    /** Only circuits of endpoints are also those of the upstreams that stand in. */
    @Test
    void theCircuitOfAnUpstreamIsNotTakenForClosedBecauseAnotherStandsIn() throws Exception {
        assertThat(ask("helped", "/helped").status()).isEqualTo(502);
        assertThat(ask("helped", "/helped").status()).isEqualTo(502);
        assertThat(ask("helped", "/helped").text()).contains("circuit-open");
        assertThat(circuit("helped").get("state").asText()).isEqualTo("open");
        assertThat(circuit("helped").get("circuits")).hasSize(1);
        assertThat(program.series("outrigger_circuit_state", "route=\"helped\"", "state=\"open\""))
                .isEqualTo(1);
        assertThat(program.series("outrigger_circuit_state", "route=\"helped\""))
                .isEqualTo(1);
    }
}
