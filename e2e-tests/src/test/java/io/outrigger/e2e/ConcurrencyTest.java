package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is more than the upstream can bear is refused at once, the least important first. */
class ConcurrencyTest {
    private static final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private static final Semaphore arrived = new Semaphore(0);
    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = new ScriptedUpstream(ConcurrencyTest::serve);
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%d"]}
                routes:
                  - name: prior
                    match: {hosts: [prior]}
                    upstream: app
                    concurrency: {min: 10, max: 10}
                    priority: {header: x-priority, default: 3}
                    retry: {attempts: 5, backoff: {base: 1ms}}
                  - {name: learns, match: {hosts: [learns]}, upstream: app, concurrency: {min: 5, max: 200}}
                """.formatted(upstream.port()));
    }

    @AfterAll
    static void end() throws Exception {
        held.values().forEach(CountDownLatch::countDown);
        program.endsWell();
        upstream.close();
    }

    private static void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            if (request.target().startsWith("/held")) {
                arrived.release();
                latch(request.target()).await();
            }
            wire.send(ScriptedUpstream.ok("fine"));
        }
    }

    private static CountDownLatch latch(String path) {
        return held.computeIfAbsent(path, _ -> new CountDownLatch(1));
    }

    private static Wire send(String host, String path, String... fields) throws Exception {
        List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "host: " + host));
        lines.addAll(List.of(fields));
        return Wire.to(program.port()).head(lines.toArray(String[]::new));
    }

    @Test
    void theLowestPriorityIsShedFirst() throws Exception {
        List<Wire> under = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            under.add(send("prior", "/held/prior", "x-priority: 9"));
        }
        arrived.acquire(6);
        Message lowest =
                send("prior", "/low", "x-priority: 0", "x-request-id: shed").response();
        assertThat(lowest.status()).isEqualTo(503);
        assertThat(lowest.field("retry-after")).isEqualTo("1");
        assertThat(lowest.field("proxy-status")).contains("error=connection_limit_reached");
        assertThat(lowest.text()).contains("urn:outrigger:problem:shed").doesNotContain("attempts");
        assertThat(program.awaitAccess("shed").path("cause").asText()).isEqualTo("shed");
        assertThat(program.admin("/requests/shed").text()).contains("6 in flight, limit 10, priority 0");
        assertThat(send("prior", "/usual").response().status()).as("priority 3").isEqualTo(200);

        for (int i = 0; i < 4; i++) {
            under.add(send("prior", "/held/prior", "x-priority: 9"));
        }
        arrived.acquire(4);
        assertThat(send("prior", "/high", "x-priority: 9").response().status()).isEqualTo(503);
        latch("/held/prior").countDown();
        for (Wire wire : under) {
            assertThat(wire.response().status()).isEqualTo(200);
            wire.close();
        }
        assertThat(send("prior", "/low", "x-priority: 0").response().status()).isEqualTo(200);

        assertThat(program.series("outrigger_shed_total", "route=\"prior\"", "priority=\"0\""))
                .isEqualTo(1);
        assertThat(program.series("outrigger_shed_total", "route=\"prior\"")).isEqualTo(2);
        JsonNode shown = Program.json(program.admin("/routes/prior").text());
        assertThat(shown.path("concurrencyLimit").asInt()).isEqualTo(10);
        assertThat(shown.path("shed").path("9").asInt()).isOne();
    }

    @Test
    void theLimitGrowsWhileMoreIsInFlightAndNoLatencySpeaksAgainstIt() throws Exception {
        assertThat(program.series("outrigger_concurrency_limit", "route=\"learns\""))
                .isEqualTo(20);
        List<Wire> clients = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            clients.add(Wire.to(program.port()));
        }
        while (program.series("outrigger_concurrency_limit", "route=\"learns\"") < 22) {
            for (Wire wire : clients) {
                wire.head("GET / HTTP/1.1", "host: learns");
            }
            for (Wire wire : clients) {
                wire.response();
            }
        }
        for (Wire wire : clients) {
            wire.close();
        }
    }
}
