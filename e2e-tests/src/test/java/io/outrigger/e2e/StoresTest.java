package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.outrigger.fixtures.RedisCluster;
import io.outrigger.fixtures.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two proxies on one Redis do as one: a key happens once, a limit holds for both. */
class StoresTest {
    private static final Map<String, AtomicInteger> received = new ConcurrentHashMap<>();
    private static final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private static ScriptedUpstream upstream;
    private static RedisServer redis;
    private static Program one;
    private static Program other;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start();
        upstream = new ScriptedUpstream(StoresTest::serve);
        one = connected(yaml(redis.uri()));
        other = connected(yaml(redis.uri()));
    }

    private static String yaml(String uri) {
        return """
                service: shop
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                stores: {shared: {redis: {uri: "%1$s", timeout: 5s}}}
                upstreams: {app: {endpoints: ["127.0.0.1:%2$d"]}, other: {endpoints: ["127.0.0.1:%2$d"]}}
                routes:
                  - {name: limited, match: {hosts: [limited]}, upstream: app, rateLimit: {requestsPerSecond: 1, burst: 30, key: {header: x-tenant}, store: shared}}
                  - {name: degraded, match: {hosts: [degraded]}, upstream: app, idempotency: {store: shared}, fallback: {rungs: [{upstream: other}]}}
                  - {name: pay, match: {}, upstream: app, timeout: {request: 30s}, idempotency: {store: shared, lease: 2s, waitFor: 20s}}
                """.formatted(uri, upstream.port());
    }

    /** Runs a program, and waits until it has its store: its first request would wait for that for so long only. */
    private static Program connected(String yaml) throws Exception {
        Program program = Program.run(yaml);
        try {
            program.awaitMetricAtLeast(1, "outrigger_store_connected");
            return program;
        } catch (AssertionError | Exception e) {
            program.close();
            throw e;
        }
    }

    private static void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            int count = received.computeIfAbsent(request.target(), _ -> new AtomicInteger())
                    .incrementAndGet();
            CountDownLatch latch = held.get(request.target());
            if (latch != null) {
                latch.await();
            }
            wire.send(ScriptedUpstream.ok("payment " + count + " of " + request.target()));
        }
    }

    @AfterAll
    static void end() throws Exception {
        held.values().forEach(CountDownLatch::countDown);
        one.close();
        other.close();
        upstream.close();
        redis.close();
    }

    private static String post(String path, String key) {
        return "POST " + path + " HTTP/1.1\r\nhost: pay\r\nidempotency-key: " + key + "\r\ncontent-length: 2\r\n\r\nhi";
    }

    private static int received(String path) {
        return received.getOrDefault(path, new AtomicInteger()).get();
    }

    @Test
    void ofAThousandRequestsWithOneKeyOneReachesTheUpstreamAndAllGetItsAnswer() throws Exception {
        List<Future<Integer>> clients = new ArrayList<>();
        AtomicInteger replayed = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                Program program = i % 2 == 0 ? one : other;
                clients.add(threads.submit(() -> {
                    int answers = 0;
                    try (Wire wire = Wire.to(program.port())) {
                        for (int n = 0; n < 250; n++) {
                            wire.send(post("/thousand", "thousand"));
                        }
                        for (int n = 0; n < 250; n++) {
                            Message response = wire.response();
                            assertThat(response.status()).isEqualTo(200);
                            answers += response.text().equals("payment 1 of /thousand") ? 1 : 0;
                            replayed.addAndGet("true".equals(response.field("idempotent-replayed")) ? 1 : 0);
                        }
                    }
                    return answers;
                }));
            }
            for (Future<Integer> client : clients) {
                assertThat(client.get()).isEqualTo(250);
            }
        }
        assertThat(received("/thousand")).isEqualTo(1);
        assertThat(replayed).hasValue(999);
    }

    @Test
    void whoeverWaitsAtAnotherProxyGetsTheAnswerSoonAfterIt() throws Exception {
        held.put("/held", new CountDownLatch(1));
        try (Wire first = Wire.to(one.port());
                Wire second = Wire.to(other.port())) {
            first.send(post("/held", "held"));
            awaitReceived("/held");
            second.send(post("/held", "held"));
            other.awaitMetricAtLeast(1, "http_requests_in_flight", "route=\"pay\"");
            held.get("/held").countDown();
            assertThat(first.response().text()).isEqualTo("payment 1 of /held");
            assertThat(second.response().text()).isEqualTo("payment 1 of /held");
        }
        assertThat(received("/held")).isEqualTo(1);
    }

    @Test
    void aKeyWhoseProxyIsKilledIsNeverForwardedTwice() throws Exception {
        held.put("/killed", new CountDownLatch(1));
        try (Program owner = connected(yaml(redis.uri()));
                Wire first = Wire.to(owner.port())) {
            first.send(post("/killed", "killed"));
            awaitReceived("/killed");
            List<Wire> waiting = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                waiting.add(Wire.to((i % 2 == 0 ? one : other).port()).send(post("/killed", "killed")));
            }
            ProcessHandle.of(owner.pid()).orElseThrow().destroyForcibly();
            for (Wire wire : waiting) {
                Message response = wire.response();
                assertThat(response.status()).isEqualTo(409);
                assertThat(response.text()).contains("outcome-unknown", "whoever sent it was not heard of again");
                wire.close();
            }
        }
        held.get("/killed").countDown();
        assertThat(received("/killed")).isEqualTo(1);
    }

    @Test
    void ofAThousandRequestsWithOneKeyNoneIsForwardedWhenItsProxyIsKilledMidway() throws Exception {
        held.put("/midway", new CountDownLatch(1));
        String all = post("/midway", "midway").repeat(250);
        try (Program owner = connected(yaml(redis.uri()));
                Wire first = Wire.to(owner.port());
                Wire second = Wire.to(owner.port());
                Wire third = Wire.to(other.port());
                Wire fourth = Wire.to(one.port())) {
            first.send(all);
            awaitReceived("/midway");
            for (Wire wire : List.of(second, third, fourth)) {
                wire.send(all);
            }
            owner.awaitMetricAtLeast(2, "http_requests_in_flight", "route=\"pay\"");
            for (Program waiting : List.of(one, other)) {
                waiting.awaitMetricAtLeast(1, "http_requests_in_flight", "route=\"pay\"");
            }
            ProcessHandle.of(owner.pid()).orElseThrow().destroyForcibly();
            for (Wire wire : List.of(third, fourth)) {
                for (int n = 0; n < 250; n++) {
                    Message response = wire.response();
                    assertThat(response.status()).isEqualTo(409);
                    assertThat(response.text()).contains("outcome-unknown");
                }
            }
        }
        held.get("/midway").countDown();
        assertThat(received("/midway")).isEqualTo(1);
    }

    /** Of a thousand keys some are claimed, some sent, some answered and some stored at that moment. */
    @Test
    void whateverAProxyIsDoingWhenItIsKilledNothingHappensTwice() throws Exception {
        Map<Integer, String> answers = new ConcurrentHashMap<>(); // by number of the key
        try (Program killed = connected(yaml(redis.uri()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < 20; client++) {
                int from = client * 50;
                clients.add(threads.submit(() -> {
                    try (Wire wire = Wire.to(killed.port())) {
                        for (int key = from; key < from + 50; key++) {
                            wire.send(post("/kill/" + key, "kill-" + key));
                            answers.put(key, wire.response().text());
                        }
                    } catch (IOException e) {
                        // it was killed
                    }
                    return null;
                }));
            }
            while (answers.size() < 300) {
                Thread.onSpinWait();
            }
            ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
            for (Future<?> client : clients) {
                client.get();
            }
        }
        int before = answers.size();
        assertThat(before).as("answered before the end").isLessThan(1_000);
        Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < 20; client++) {
                int from = client * 50;
                threads.submit(() -> {
                    try (Wire wire = Wire.to(other.port())) {
                        for (int key = from; key < from + 50; key++) {
                            Message again = wire.send(post("/kill/" + key, "kill-" + key))
                                    .response();
                            statuses.put(key, again.status());
                            if (again.status() == 200) {
                                assertThat(again.text()).isEqualTo(answers.getOrDefault(key, again.text()));
                            }
                        }
                    }
                    return null;
                });
            }
        }
        assertThat(statuses).hasSize(1_000);
        for (int key = 0; key < 1_000; key++) {
            assertThat(received("/kill/" + key)).as("key " + key).isLessThanOrEqualTo(1);
            assertThat(statuses.get(key)).isIn(200, 409);
        }
        // of each client the one under way, and the one before it, whose answer may not have been with the store
        assertThat(statuses.values().stream().filter(status -> status == 409)).hasSizeLessThanOrEqualTo(2 * 20);
    }

    @Test
    void twoProxiesOnOneClusterDoAsOne() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(2);
                Program first = connected(yaml(cluster.uri()));
                Program second = connected(yaml(cluster.uri()))) {
            for (int i = 0; i < 20; i++) { // on both nodes
                String path = "/clustered/" + i;
                for (Program program : List.of(first, second, first)) {
                    try (Wire wire = Wire.to(program.port())) {
                        assertThat(wire.send(post(path, "clustered-" + i))
                                        .response()
                                        .text())
                                .isEqualTo("payment 1 of " + path);
                    }
                }
                assertThat(received(path)).isEqualTo(1);
            }
            for (int i = 0; i < 30; i++) {
                Program program = i % 2 == 0 ? first : second;
                assertThat(program.ask("GET /limited HTTP/1.1", "host: limited", "x-tenant: a")
                                .status())
                        .isEqualTo(200);
            }
            assertThat(first.series("outrigger_rate_limit_local_total")).isZero();
        }
    }

    private static void awaitReceived(String path) {
        long until = System.nanoTime() + 20_000_000_000L;
        while (received(path) == 0) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    private static int passed(int tries, String tenant) throws Exception {
        int passed = 0;
        for (int i = 0; i < tries; i++) {
            Message response =
                    (i % 2 == 0 ? one : other).ask("GET /limited HTTP/1.1", "host: limited", "x-tenant: " + tenant);
            assertThat(response.status()).isIn(200, 429);
            passed += response.status() == 200 ? 1 : 0;
        }
        return passed;
    }

    @Test
    void aLimitHoldsForBothProxiesTogether() throws Exception {
        long start = System.nanoTime();
        int passed = passed(100, "a");
        int seconds = (int) ((System.nanoTime() - start) / 1_000_000_000L) + 1;
        assertThat(passed).isBetween(30, 30 + seconds);
        assertThat(passed(2, "b")).isEqualTo(2);
        assertThat(one.series("outrigger_rate_limit_local_total")).isZero();
    }

    /** As one that starts again does, for minutes maybe. */
    @Test
    void aStoreThatIsReadingWhatItHadSavedIsShownAsAway() throws Exception {
        try (RedisServer loading = RedisServer.start(
                        "--enable-debug-command", "local", "--loading-process-events-interval-bytes", "1024");
                Program program = connected(yaml(loading.uri()))) {
            loading.say("DEBUG POPULATE 100000");
            loading.say("CONFIG SET key-load-delay 1000"); // microseconds
            Thread reload = Thread.ofVirtual().start(() -> {
                try {
                    loading.say("DEBUG RELOAD");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            while (keyed(program) != 503) {
                assertThat(reload.isAlive()).isTrue(); // it begins once it has written what it is to read
            }
            program.awaitMetricAtMost(0, "outrigger_store_connected", "store=\"shared\"");
            program.awaitMessage("store shared: not connected: Redis answers LOADING");
            assertThat(reload.isAlive()).isTrue();
            loading.say("CONFIG SET key-load-delay 0");
            reload.join();
            long until = System.nanoTime() + 15_000_000_000L;
            while (keyed(program) == 503) {
                assertThat(System.nanoTime()).isLessThan(until); // it connects again within half a second
            }
            program.awaitMetricAtLeast(1, "outrigger_store_connected", "store=\"shared\"");
        }
    }

    private static int keyed(Program program) throws Exception {
        return program.ask("POST /loading HTTP/1.1", "host: pay", "idempotency-key: loading", "content-length: 0")
                .status();
    }

    @Test
    void withoutItsStoreALimitIsThatOfEachProxyAndKeysAreRefused() throws Exception {
        RedisServer gone = RedisServer.start();
        try (Program program = connected(yaml(gone.uri()))) {
            assertThat(program.ask("GET /x HTTP/1.1", "host: limited", "x-tenant: a")
                            .status())
                    .isEqualTo(200);
            program.awaitMetricAtLeast(1, "outrigger_store_connected", "store=\"shared\"");
            JsonNode keys = Program.json(program.admin("/routes/pay").text()).path("keys");
            assertThat(keys.path("store").asText()).isEqualTo("shared");
            assertThat(keys.path("connected").asBoolean()).isTrue();
            gone.kill();
            program.awaitMetricAtMost(0, "outrigger_store_connected", "store=\"shared\"");
            int passed = 0;
            for (int i = 0; i < 100; i++) {
                passed += program.ask("GET /x HTTP/1.1", "host: limited", "x-tenant: a")
                                        .status()
                                == 200
                        ? 1
                        : 0;
            }
            assertThat(passed).isBetween(30, 60);
            assertThat(program.series("outrigger_rate_limit_local_total", "route=\"limited\""))
                    .isEqualTo(100);
            try (Wire wire = Wire.to(program.port())) {
                Message refused = wire.send(post("/refused", "refused")).response();
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.text()).contains("store-failed");
            }
            assertThat(received("/refused")).isZero();
            try (Wire wire = Wire.to(program.port())) {
                Message refused = wire.send(post("/degraded", "degraded").replace("host: pay", "host: degraded"))
                        .response();
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.text()).contains("store-failed");
            }
            assertThat(received("/degraded"))
                    .as("of a key that nobody keeps an account of")
                    .isZero();
        }
    }

    @Test
    void aStoreThatIsGoneFromTheFileKeepsNoConnection() throws Exception {
        try (RedisServer own = RedisServer.start()) {
            String with = yaml(own.uri());
            Path file = Program.file(with);
            try (Program program = Program.runFile(file)) {
                try (Wire wire = Wire.to(program.port())) {
                    assertThat(wire.send(post("/reloaded", "reloaded"))
                                    .response()
                                    .status())
                            .isEqualTo(200);
                }
                assertThat(own.clients()).isPositive();
                assertThat(program.admin("/metrics").text()).contains("outrigger_store_connected{");
                Files.writeString(
                        file,
                        with.lines()
                                .filter(line -> !line.startsWith("stores:"))
                                .collect(Collectors.joining("\n"))
                                .replace("idempotency: {store: shared", "idempotency: {store: memory")
                                .replace(", store: shared", ""));
                assertThat(Program.ask(program.adminPort(), "POST /config/reload HTTP/1.1", "host: localhost")
                                .status())
                        .isEqualTo(200);
                assertThat(program.admin("/metrics").text()).doesNotContain("outrigger_store_connected{");
                long until = System.nanoTime() + 20_000_000_000L;
                while (own.clients() > 0) {
                    assertThat(System.nanoTime()).isLessThan(until);
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void aProxyWithoutStoresLoadsNothingOfTheClient() throws Exception {
        Path classes = Files.createTempFile("classes", ".log");
        String yaml = """
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                defaults: {rateLimit: {}, idempotency: {}}
                """.formatted(upstream.port());
        try (Program program = Program.runWith("-Xlog:class+load:file=" + classes, yaml)) {
            try (Wire wire = Wire.to(program.port())) {
                assertThat(wire.send(post("/alone", "alone")).response().status())
                        .isEqualTo(200);
            }
        }
        assertThat(Files.readAllLines(classes))
                .anyMatch(line -> line.contains("io.outrigger.proxy.Main"))
                .noneMatch(line -> line.contains(" io.lettuce.") || line.contains(" reactor."));
        Files.delete(classes);
    }
}
