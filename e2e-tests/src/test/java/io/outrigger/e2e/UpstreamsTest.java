package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Endpoints share the load, and the connections to them have limits. */
class UpstreamsTest {
    private static final Semaphore arrived = new Semaphore(0); // at the slow upstream
    private static final Semaphore mayLeave = new Semaphore(0);
    private static ScriptedUpstream a;
    private static ScriptedUpstream b;
    private static ScriptedUpstream slow;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        a = ScriptedUpstream.echo("a");
        b = ScriptedUpstream.echo("b");
        slow = new ScriptedUpstream(wire -> {
            while (wire.request() != null) {
                arrived.release();
                mayLeave.acquire();
                wire.send(ScriptedUpstream.ok("at last"));
            }
        });
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams:
                  named: {endpoints: ["localhost:%1$d"]}
                  both: {endpoints: [{address: "127.0.0.1:%1$d", weight: 3}, "127.0.0.1:%2$d"], balance: roundRobin}
                  sticky: {endpoints: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"], balance: {ringHash: {header: x-user}}}
                  narrow:
                    endpoints: ["127.0.0.1:%3$d"]
                    pool: {maxConnections: 2, maxPending: 1, maxWait: 20s}
                  impatient:
                    endpoints: ["127.0.0.1:%3$d"]
                    pool: {maxConnections: 1, maxPending: 5, maxWait: 20ms}
                defaults: {retry: off}
                routes:
                  - {name: named, match: {hosts: [named]}, upstream: named, retry: {on: [notSent]}}
                  - {name: both, match: {hosts: [both]}, upstream: both}
                  - {name: sticky, match: {hosts: [sticky]}, upstream: sticky}
                  - {name: narrow, match: {hosts: [narrow]}, upstream: narrow}
                  - {name: impatient, match: {hosts: [impatient]}, upstream: impatient}
                """.formatted(a.port(), b.port(), slow.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        a.close();
        b.close();
        slow.close();
    }

    private static void awaitAtUpstream(int requests) throws InterruptedException {
        assertThat(arrived.tryAcquire(requests, 20, TimeUnit.SECONDS))
                .as(requests + " arrived")
                .isTrue();
    }

    private static String name(String host, String... fields) throws Exception {
        List<String> lines = new ArrayList<>(List.of("GET / HTTP/1.1", "host: " + host));
        lines.addAll(List.of(fields));
        return program.ask(lines.toArray(String[]::new))
                .text()
                .lines()
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anEndpointMayHaveAName() throws Exception {
        assertThat(name("named")).isEqualTo("a"); // a second address of localhost that nobody listens at is passed over
        assertThat(program.admin("/upstreams").text()).contains("127.0.0.1:" + a.port());
    }

    @Test
    void endpointsShareByWeightOrByHeader() throws Exception {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            counts.merge(name("both"), 1, Integer::sum);
        }
        assertThat(counts).isEqualTo(Map.of("a", 30, "b", 10));

        counts.clear();
        for (int user = 0; user < 40; user++) {
            String first = name("sticky", "x-user: " + user);
            assertThat(name("sticky", "x-user: " + user)).isEqualTo(first);
            counts.merge(first, 1, Integer::sum);
        }
        assertThat(counts).containsOnlyKeys("a", "b");
    }

    @Test
    void aFullPoolQueuesAndThenRefuses() throws Exception {
        try (var first = Wire.to(program.port());
                var second = Wire.to(program.port());
                var queued = Wire.to(program.port())) {
            first.head("GET / HTTP/1.1", "host: narrow");
            second.head("GET / HTTP/1.1", "host: narrow");
            queued.head("GET / HTTP/1.1", "host: narrow");
            program.awaitMetricAtLeast(3, "http_requests_in_flight", "route=\"narrow\"");
            awaitAtUpstream(2);
            var refused = program.ask("GET / HTTP/1.1", "host: narrow");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("urn:outrigger:problem:pool-full");
            mayLeave.release(3);
            for (Wire wire : List.of(first, second, queued)) {
                assertThat(wire.response().text()).isEqualTo("at last");
            }
        }
        assertThat(arrived.availablePermits())
                .as("left when two had been awaited")
                .isEqualTo(1);
        arrived.drainPermits();
    }

    @Test
    void nobodyQueuesForLongerThanAllowed() throws Exception {
        try (var first = Wire.to(program.port())) {
            first.head("GET / HTTP/1.1", "host: impatient");
            awaitAtUpstream(1);
            var refused = program.ask("GET / HTTP/1.1", "host: impatient");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("urn:outrigger:problem:pool-full");
            mayLeave.release();
            assertThat(first.response().text()).isEqualTo("at last");
        }
    }
}
