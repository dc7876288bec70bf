package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A request with a key happens once, whatever becomes of its clients and of its answer. */
class IdempotencyTest {
    private static final Map<String, AtomicInteger> received = new ConcurrentHashMap<>(); // by target
    private static final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private static ScriptedUpstream upstream;
    private static Path file;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = new ScriptedUpstream(IdempotencyTest::serve);
        file = Program.file(yaml("1h"));
        program = Program.runFile(file);
    }

    private static String yaml(String keepFor) {
        return """
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams: {app: {endpoints: ["127.0.0.1:%1$d"]}}
                defaults: {timeout: {request: 20s}}
                routes:
                  - {name: again, match: {path: {prefix: /again}}, upstream: app, idempotency: {upstreamHonoursKey: true}}
                  - {name: short, match: {path: {prefix: /short}}, upstream: app, timeout: {request: 300ms}, idempotency: {}}
                  - {name: small, match: {path: {prefix: /small}}, upstream: app, idempotency: {maxBody: 1KiB, required: true}}
                  - {name: charge, match: {}, upstream: app, idempotency: {keepFor: %2$s}}
                """.formatted(upstream.port(), keepFor);
    }

    @AfterAll
    static void end() throws Exception {
        held.values().forEach(CountDownLatch::countDown);
        program.endsWell();
        upstream.close();
    }

    private static void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            String target = request.target();
            int count =
                    received.computeIfAbsent(target, _ -> new AtomicInteger()).incrementAndGet();
            String text = "done " + count + " " + request.text();
            if (target.contains("held")) {
                held.computeIfAbsent(target, _ -> new CountDownLatch(1)).await();
            }
            if (target.contains("cut") && count == 1) {
                wire.head("HTTP/1.1 201 Created", "content-length: 100").send("half");
                return;
            }
            if (target.startsWith("/large")) {
                wire.send(ScriptedUpstream.ok("x".repeat(200_000)));
                continue;
            }
            if (target.contains("trailers")) {
                wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked", "trailer: x-sum", "set-cookie: a=b")
                        .chunk("ab")
                        .chunk("cd")
                        .send("0\r\nx-sum: 7\r\n\r\n");
                continue;
            }
            wire.send(ScriptedUpstream.response("201 Created", text, "location: /things/" + count));
        }
    }

    private static int received(String target) {
        AtomicInteger count = received.get(target);
        return count == null ? 0 : count.get();
    }

    private static void release(String target) {
        held.computeIfAbsent(target, _ -> new CountDownLatch(1)).countDown();
    }

    private static Message post(String target, String key, String body, String... fields) throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            return begin(wire, target, key, body, fields).response();
        }
    }

    private static Wire begin(Wire wire, String target, String key, String body, String... fields) throws Exception {
        List<String> lines = new ArrayList<>(List.of(
                "POST " + target + " HTTP/1.1",
                "host: a",
                "idempotency-key: " + key,
                "content-length: " + body.length()));
        lines.addAll(List.of(fields));
        return wire.head(lines.toArray(String[]::new)).send(body);
    }

    private static Message admin(String method, String route, String key) throws Exception {
        return Program.ask(
                program.adminPort(),
                method + " /routes/" + route + "/keys/" + key + " HTTP/1.1",
                "host: localhost",
                "connection: close");
    }

    private static void awaitReceived(String target, int count) throws Exception {
        long until = System.nanoTime() + 20_000_000_000L;
        while (received(target) < count) {
            assertThat(System.nanoTime()).as("requests for " + target).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    // ---- once

    @Test
    void aThousandAtOnceHappenOnce() throws Exception {
        int each = 250;
        List<Thread> threads = new ArrayList<>();
        List<Message> answers = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try (Wire wire = Wire.to(program.port())) {
                    for (int n = 0; n < each; n++) {
                        begin(wire, "/thousand", "\"one\"", "pay=1"); // all in flight: pipelined
                    }
                    for (int n = 0; n < each; n++) {
                        answers.add(wire.response());
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(received("/thousand")).isEqualTo(1);
        assertThat(answers).hasSize(4 * each).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.text()).isEqualTo("done 1 pay=1");
            assertThat(answer.field("location")).isEqualTo("/things/1");
        });
        assertThat(answers.stream().filter(answer -> answer.field("idempotent-replayed") == null))
                .as("the answer of the upstream itself")
                .hasSize(1);
    }

    @Test
    void whoComesWhileTheFirstIsUnderWayWaitsForItsAnswer() throws Exception {
        String target = "/held-wait";
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            wires.add(begin(Wire.to(program.port()), target, "wait", "pay"));
        }
        awaitReceived(target, 1);
        release(target);
        for (Wire wire : wires) {
            assertThat(wire.response().text()).isEqualTo("done 1 pay");
            wire.close();
        }
        assertThat(received(target)).isEqualTo(1);
    }

    @Test
    void trailersAreRepeatedAndCookiesAreNot() throws Exception {
        Message first = post("/trailers", "t", "pay");
        assertThat(first.trailers()).containsExactly("x-sum: 7");
        assertThat(first.field("set-cookie")).isEqualTo("a=b");
        Message again = post("/trailers", "t", "pay");
        assertThat(again.field("idempotent-replayed")).isEqualTo("true");
        assertThat(again.text()).isEqualTo("abcd");
        assertThat(again.trailers()).containsExactly("x-sum: 7");
        assertThat(again.field("set-cookie")).isNull();
        assertThat(received("/trailers")).isEqualTo(1);
    }

    @Test
    void callersHaveKeysOfTheirOwn() throws Exception {
        assertThat(post("/callers", "k", "pay", "authorization: me").text()).startsWith("done 1");
        assertThat(post("/callers", "k", "pay", "authorization: you").text()).startsWith("done 2");
        assertThat(post("/callers", "k", "pay", "authorization: me").text()).startsWith("done 1");
    }

    // ---- refused

    @Test
    void aKeyIsForOneRequest() throws Exception {
        post("/mismatch", "m", "pay=1");
        Message other = post("/mismatch", "m", "pay=2");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text()).contains("\"type\":\"urn:outrigger:problem:key-mismatch\"");
        assertThat(received("/mismatch")).isEqualTo(1);
    }

    @Test
    void aKeyMayBeRequiredAndHasToBeOne() throws Exception {
        Message none = program.ask("POST /small HTTP/1.1", "host: a", "content-length: 0");
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.text()).contains("key-missing");
        assertThat(post("/small", "two words", "").text()).contains("key-malformed");
    }

    @Test
    void aLargeBodyIsRefusedBeforeItIsSentAndASmallOneIsAskedForByTheProxy() throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            wire.head(
                    "POST /small HTTP/1.1",
                    "host: a",
                    "idempotency-key: l",
                    "content-length: 1025",
                    "expect: 100-continue");
            assertThat(wire.responseHead().status()).isEqualTo(413);
        }
        try (Wire wire = Wire.to(program.port())) {
            wire.head(
                    "POST /small HTTP/1.1",
                    "host: a",
                    "idempotency-key: l",
                    "transfer-encoding: chunked",
                    "expect: 100-continue");
            assertThat(wire.responseHead().status()).isEqualTo(100);
            assertThat(received("/small")).isZero();
            Message answer = wire.chunk("pay").chunk("").response();
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.text()).isEqualTo("done 1 pay");
        }
        assertThat(received("/small")).isEqualTo(1);
    }

    @Test
    void whatFollowsABodyThatTurnsOutTooLargeIsAnsweredAtOnce() throws Exception {
        String chunks = "400\r\n" + "x".repeat(1024) + "\r\n1\r\nx\r\n0\r\n\r\n";
        try (Wire wire = Wire.to(program.port())) {
            wire.send("POST /small HTTP/1.1\r\nhost: a\r\nidempotency-key: m\r\ntransfer-encoding: chunked\r\n\r\n"
                    + chunks + "GET /next HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(wire.response().status()).isEqualTo(413);
            assertThat(wire.response().status()).isEqualTo(201);
        }
    }

    // ---- clients that leave, answers that are lost

    @Test
    void whoLeavesAfterItWasSentFindsTheAnswerLater() throws Exception {
        String target = "/held-leave";
        try (Wire wire = Wire.to(program.port())) {
            begin(wire, target, "leave", "pay");
            awaitReceived(target, 1);
        }
        program.awaitMetricAtLeast(1, "http_requests_total", "route=\"charge\"", "status=\"499\"");
        release(target);
        Message next = post(target, "leave", "pay");
        assertThat(next.text()).isEqualTo("done 1 pay");
        assertThat(next.field("idempotent-replayed")).isEqualTo("true");
        assertThat(received(target)).isEqualTo(1);
    }

    @Test
    void aDeadlineIsToldAndTheAnswerIsThereLater() throws Exception {
        String target = "/short/held";
        Message late = post(target, "late", "pay");
        assertThat(late.status()).isEqualTo(504);
        Message conflict = post(target, "late", "pay");
        assertThat(conflict.status()).as("capped by the deadline").isEqualTo(409);
        assertThat(conflict.field("retry-after")).isEqualTo("1");
        assertThat(conflict.text()).contains("key-in-flight");
        release(target);
        program.awaitMetricAtLeast(1, "outrigger_idempotency_total", "route=\"short\"", "result=\"stored\"");
        assertThat(post(target, "late", "pay").text()).isEqualTo("done 1 pay");
        assertThat(received(target)).isEqualTo(1);
    }

    @Test
    void aCutAnswerHoldsTheKeyUntilAnOperatorReleasesIt() throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            begin(wire, "/cut", "\"cut\"", "pay").responseHead();
            assertThat(wire.rest()).isEqualTo("half");
        }
        Message held = post("/cut", "cut", "pay");
        assertThat(held.status()).isEqualTo(409);
        assertThat(held.text())
                .contains("\"type\":\"urn:outrigger:problem:outcome-unknown\"", "its answer was cut short");
        JsonNode seen = Program.json(admin("GET", "charge", "cut").text());
        assertThat(seen.path("callers").path(0).path("state").asText()).isEqualTo("unknown");
        assertThat(admin("DELETE", "charge", "cut").status()).isEqualTo(200);
        assertThat(admin("GET", "charge", "cut").status()).isEqualTo(404);
        assertThat(post("/cut", "cut", "pay").text()).isEqualTo("done 2 pay");
        assertThat(admin("DELETE", "charge", "cut").status())
                .as("it has an answer now")
                .isEqualTo(409);
        assertThat(received("/cut")).isEqualTo(2);
    }

    @Test
    void anUpstreamThatKnowsTheKeyIsAskedAgain() throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            begin(wire, "/again/cut", "k", "pay").responseHead();
            wire.rest();
        }
        Message again = post("/again/cut", "k", "pay");
        assertThat(again.text()).isEqualTo("done 2 pay");
        assertThat(again.field("idempotent-replayed")).isNull();
        assertThat(post("/again/cut", "k", "pay").text()).isEqualTo("done 2 pay");
        assertThat(received("/again/cut")).isEqualTo(2);
    }

    @Test
    void aDrainWaitsForWhatGoesOnWithoutItsClient() throws Exception {
        String target = "/held-drain";
        try (Program own = Program.run(yaml("1h"))) {
            try (Wire wire = Wire.to(own.port())) {
                begin(wire, target, "drain", "pay");
                awaitReceived(target, 1);
            }
            own.awaitMetricAtLeast(1, "http_requests_total", "status=\"499\"");
            own.terminate();
            own.awaitMessage("draining");
            for (int i = 0; i < 50; i++) { // quiet for far longer than drain.quiet, and still there
                assertThat(own.admin("/ready").status()).isEqualTo(503);
            }
            release(target);
            assertThat(own.awaitExit()).isZero();
            assertThat(own.out().all()).noneMatch(line -> line.contains("requests cut"));
        }
        assertThat(received(target)).isEqualTo(1);
    }

    @Test
    void largeAnswersToEverNewKeysOfSeveralRoutesDoNotUseUpTheHeap() throws Exception {
        StringBuilder yaml = new StringBuilder("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                defaults: {idempotency: {}}
                routes:
                """.formatted(upstream.port()));
        for (int route = 0; route < 6; route++) {
            yaml.append("  - {name: r%1$d, match: {path: {prefix: /large%1$d}}, upstream: app}\n".formatted(route));
        }
        try (Program own = Program.runAsInProduction(yaml.toString());
                Wire wire = Wire.to(own.port())) {
            for (int i = 0; i < 480; i++) { // 96 MB, of a heap of 48
                Message answer =
                        begin(wire, "/large" + i % 6, "key-" + i, "pay").response();
                assertThat(answer.body()).hasSize(200_000);
            }
            Message again = begin(wire, "/large5", "key-479", "pay").response();
            assertThat(again.field("idempotent-replayed")).isEqualTo("true");
            assertThat(own.series("outrigger_idempotency_forgotten_total")).isPositive();
            assertThat(own.series("outrigger_idempotency_bytes")).isLessThan(24 << 20);
        }
    }

    // ---- around it

    @Test
    void keysOutliveAReload() throws Exception {
        post("/reload", "r", "pay");
        Files.writeString(file, yaml("2h"));
        program.awaitMetricAtLeast(1, "outrigger_config_reloads_total", "result=\"success\"");
        assertThat(post("/reload", "r", "pay").text()).isEqualTo("done 1 pay");
    }

    @Test
    void whatBecameOfARequestIsCountedAndTold() throws Exception {
        post("/told", "told", "pay");
        Message again = post("/told", "told", "pay", "x-request-id: told-again");
        assertThat(again.status()).isEqualTo(201);
        program.awaitMetricAtLeast(
                1, "outrigger_idempotency_total", "route=\"charge\"", "store=\"memory\"", "result=\"replayed\"");
        assertThat(program.series("outrigger_idempotency_keys", "route=\"charge\""))
                .isPositive();
        assertThat(program.series("outrigger_idempotency_bytes", "route=\"charge\""))
                .isGreaterThan(100);
        JsonNode seen = Program.json(admin("GET", "charge", "%22told%22").text());
        assertThat(seen.path("callers").path(0).path("state").asText()).isEqualTo("answered");
        assertThat(seen.path("callers").path(0).path("status").asInt()).isEqualTo(201);
        assertThat(admin("GET", "nothing", "told").status()).isEqualTo(404);
    }
}
