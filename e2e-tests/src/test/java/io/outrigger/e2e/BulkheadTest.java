package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A route that hangs keeps what is its own, and nothing of what the others need. */
class BulkheadTest {
    private static final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private static final Map<String, List<String>> received = new ConcurrentHashMap<>();
    private static final AtomicInteger under = new AtomicInteger();
    private static final AtomicInteger most = new AtomicInteger();
    private static ScriptedUpstream upstream;
    private static Path file;
    private static Program program;

    private final List<Wire> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        upstream = new ScriptedUpstream(BulkheadTest::serve);
        file = Program.file(yaml(1));
        program = Program.runFile(file);
    }

    /** @param slots of the route that is reloaded */
    private static String yaml(int slots) {
        return """
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%1$d"], pool: {maxConnections: 3, maxPending: 0}}
                defaults: {retry: off}
                routes:
                  - {name: hangs, match: {hosts: [hangs]}, upstream: app, bulkhead: {maxConnections: 4, maxPending: 2, maxWait: 20s}}
                  - {name: well, match: {hosts: [well]}, upstream: app}
                  - {name: queue, match: {hosts: [queue]}, upstream: app, bulkhead: {maxConnections: 2, maxPending: 200, maxWait: 20s}}
                  - {name: late, match: {hosts: [late]}, upstream: app, bulkhead: {maxConnections: 1, maxPending: 5, maxWait: 60ms}}
                  - {name: one, match: {hosts: [one]}, upstream: app, bulkhead: {name: both, maxConnections: 1, maxPending: 0}}
                  - {name: other, match: {hosts: [other]}, upstream: app, bulkhead: {name: both, maxConnections: 1, maxPending: 0}}
                  - {name: tunnel, match: {hosts: [tunnel]}, upstream: app, bulkhead: {maxConnections: 1, maxPending: 0}}
                  - {name: changed, match: {hosts: [changed]}, upstream: app, bulkhead: {maxConnections: %2$d, maxPending: 5, maxWait: 20s}}
                """.formatted(upstream.port(), slots);
    }

    @AfterAll
    static void end() throws Exception {
        held.values().forEach(CountDownLatch::countDown);
        program.endsWell();
        upstream.close();
    }

    private static void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            String path = request.target();
            received.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>()).add(String.valueOf(request.field("x-n")));
            if (path.equals("/counted")) {
                most.accumulateAndGet(under.incrementAndGet(), Math::max);
            }
            if (path.startsWith("/held")) {
                latch(path).await();
            }
            under.addAndGet(path.equals("/counted") ? -1 : 0);
            if (request.field("upgrade") != null) {
                wire.head("HTTP/1.1 101 Switching Protocols", "connection: upgrade", "upgrade: echo");
                wire.send(wire.bytes(3));
                wire.rest();
                return;
            }
            wire.send(ScriptedUpstream.ok(path));
        }
    }

    private static CountDownLatch latch(String path) {
        return held.computeIfAbsent(path, _ -> new CountDownLatch(1));
    }

    private static List<String> received(String path) {
        return received.getOrDefault(path, List.of());
    }

    private Wire send(String host, String path, String... fields) throws Exception {
        Wire wire = Wire.to(program.port());
        clients.add(wire);
        List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "host: " + host));
        lines.addAll(List.of(fields));
        return wire.head(lines.toArray(String[]::new));
    }

    private static void awaitPending(int count, String bulkhead) throws Exception {
        program.awaitMetricAtLeast(count, "outrigger_bulkhead_pending", "bulkhead=\"" + bulkhead + "\"");
    }

    private static void awaitInUse(int count, String bulkhead) throws Exception {
        program.awaitMetricAtLeast(count, "outrigger_bulkhead_in_use", "bulkhead=\"" + bulkhead + "\"");
    }

    private static void awaitIdle(String bulkhead) throws Exception {
        program.awaitMetricAtMost(0, "outrigger_bulkhead_in_use", "bulkhead=\"" + bulkhead + "\"");
        program.awaitMetricAtMost(0, "outrigger_bulkhead_pending", "bulkhead=\"" + bulkhead + "\"");
    }

    private static void release(String path) {
        latch(path).countDown();
    }

    @Test
    void aRouteThatHangsTakesNothingFromAnotherOneOfTheSameUpstream() throws Exception {
        List<Wire> hanging = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            hanging.add(send("hangs", "/held/hangs"));
        }
        awaitInUse(4, "hangs");
        awaitPending(2, "hangs");

        for (int i = 0; i < 100; i++) { // their pool has three connections, and nobody may wait
            assertThat(program.ask("GET /well HTTP/1.1", "host: well").status()).isEqualTo(200);
        }
        assertThat(program.series("outrigger_failures_total", "route=\"well\"")).isZero();

        Message full = send("hangs", "/held/hangs", "x-request-id: full").response();
        assertThat(full.status()).isEqualTo(503);
        assertThat(full.field("proxy-status"))
                .isEqualTo("outrigger; error=connection_limit_reached; "
                        + "details=\"bulkhead hangs has 4 requests under way and 2 waiting\"");
        assertThat(full.text()).contains("urn:outrigger:problem:bulkhead-full");
        assertThat(program.awaitAccess("full").path("cause").asText()).isEqualTo("bulkhead_full");
        assertThat(program.admin("/requests/full").text()).contains("bulkhead", "refused");

        JsonNode shown = Program.json(program.admin("/routes/hangs").text()).path("bulkhead");
        assertThat(shown.toString())
                .isEqualTo("{\"name\":\"hangs\",\"limit\":4,\"inUse\":4,\"pending\":2,\"refused\":1}");
        assertThat(Program.json(program.admin("/upstreams").text())
                        .path("upstreams")
                        .path(0)
                        .path("bulkheads")
                        .findValuesAsText("name"))
                .containsExactly("hangs", "queue", "late", "both", "tunnel", "changed");
        assertThat(received("/held/hangs")).hasSize(4);

        release("/held/hangs");
        for (Wire wire : hanging) {
            assertThat(wire.response().status()).isEqualTo(200);
        }
        awaitIdle("hangs");
        assertThat(program.series("outrigger_bulkhead_wait_seconds_count", "bulkhead=\"hangs\""))
                .isEqualTo(6);
    }

    @Test
    void whoWaitsIsServedInOrderAndNeverMoreAreUnderWay() throws Exception {
        for (int i = 0; i < 2; i++) {
            send("queue", "/held/queue");
        }
        awaitInUse(2, "queue");
        List<Wire> waiting = new ArrayList<>();
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(send("queue", "/counted", "x-n: " + i));
            order.add("" + i);
            awaitPending(i + 1, "queue");
        }
        release("/held/queue");
        for (Wire wire : waiting) {
            assertThat(wire.response().status()).isEqualTo(200);
        }
        assertThat(most).as("at once").hasValueBetween(1, 2);
        List<String> came = received("/counted");
        for (int i = 0; i < order.size(); i++) { // two are under way at once, on loops and connections of their own
            assertThat(came.indexOf("" + i)).isBetween(i - 1, i + 1);
        }
        awaitIdle("queue");
    }

    @Test
    void whoWaitsTooLongIsRefusedAndWhoLeavesIsNotSent() throws Exception {
        send("late", "/held/late");
        awaitInUse(1, "late");
        Wire leaver = send("late", "/late", "x-n: leaver");
        awaitPending(1, "late");
        leaver.close();
        Message late = send("late", "/late", "x-n: late").response();
        assertThat(late.status()).isEqualTo(503);
        assertThat(late.field("proxy-status")).contains("no slot of bulkhead late came free within 60 ms");
        release("/held/late");
        awaitIdle("late");
        assertThat(send("late", "/late", "x-n: next").response().status()).isEqualTo(200);
        assertThat(received("/late")).containsExactly("next");
    }

    @Test
    void routesWithTheSameNameShareTheirSlots() throws Exception {
        send("one", "/held/both");
        awaitInUse(1, "both");
        assertThat(send("other", "/both").response().status()).isEqualTo(503);
        release("/held/both");
        awaitIdle("both");
        assertThat(send("other", "/both").response().status()).isEqualTo(200);
    }

    @Test
    void aTunnelHoldsItsSlotUntilItEnds() throws Exception {
        Wire tunnel = send("tunnel", "/tunnel", "connection: upgrade", "upgrade: echo");
        assertThat(tunnel.responseHead().status()).isEqualTo(101);
        tunnel.send("abc");
        assertThat(tunnel.bytes(3)).asString().isEqualTo("abc");
        assertThat(send("tunnel", "/tunnel").response().status()).isEqualTo(503);
        tunnel.close();
        awaitIdle("tunnel");
        assertThat(send("tunnel", "/tunnel").response().status()).isEqualTo(200);
    }

    @Test
    void aReloadThatRaisesTheLimitLetsThoseInWhoWaitAndLosesNoSlot() throws Exception {
        List<Wire> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(send("changed", "/held/changed"));
        }
        awaitInUse(1, "changed");
        awaitPending(3, "changed");
        Files.writeString(file, yaml(3));
        program.awaitMetricAtLeast(3, "outrigger_bulkhead_limit", "bulkhead=\"changed\"");
        while (received("/held/changed").size() < 3) { // at the upstream, while the first one is still there
            assertThat(program.series("outrigger_failures_total", "route=\"changed\""))
                    .isZero();
        }
        assertThat(program.series("outrigger_bulkhead_in_use", "bulkhead=\"changed\""))
                .isEqualTo(3);
        assertThat(program.series("outrigger_bulkhead_pending", "bulkhead=\"changed\""))
                .isEqualTo(1);
        Files.writeString(file, yaml(1));
        program.awaitMetricAtMost(1, "outrigger_bulkhead_limit", "bulkhead=\"changed\"");
        release("/held/changed");
        for (Wire wire : all) {
            assertThat(wire.response().status()).isEqualTo(200);
        }
        awaitIdle("changed");
    }
}
