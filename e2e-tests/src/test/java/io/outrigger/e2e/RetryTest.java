package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What failed is sent again where that is safe, and never otherwise. Each test has a path of its own. */
class RetryTest {
    private static final Map<String, List<Message>> received = new ConcurrentHashMap<>(); // by path
    private static final CountDownLatch floodCutOff = new CountDownLatch(1);
    private static ServerSocket nobody; // listens, and is closed again: its port refuses
    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        nobody.close();
        upstream = new ScriptedUpstream(RetryTest::serve);
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%1$d"]}
                  half: {endpoints: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"], balance: roundRobin}
                routes:
                  - {name: default, match: {hosts: [default]}, upstream: app}
                  - {name: half, match: {hosts: [half]}, upstream: half, retry: {on: [notSent], budget: off}}
                  - name: listed
                    match: {hosts: [listed]}
                    upstream: app
                    timeout: {request: 20s}
                    retry: {on: [503, reset, staleConnection], bodyBuffer: 1KiB, backoff: {base: 1ms}}
                  - name: timed
                    match: {hosts: [timed]}
                    upstream: app
                    timeout: {attempt: 700ms}
                    retry: {on: [attemptTimeout], backoff: {base: 1ms}}
                  - name: hushed
                    match: {hosts: [hushed]}
                    upstream: app
                    timeout: {attempt: 200ms}
                    retry: {on: [attemptTimeout], backoff: {base: 1ms}, budget: {ratio: 100%%, minPerSecond: 1000}}
                  - name: patient
                    match: {hosts: [patient]}
                    upstream: app
                    timeout: {attempt: 1s}
                    retry: {on: [attemptTimeout], backoff: {base: 1ms}, budget: {ratio: 100%%, minPerSecond: 1000}}
                  - name: thrifty
                    match: {hosts: [thrifty]}
                    upstream: app
                    retry: {on: [503], backoff: {base: 1ms, jitter: none}, budget: {ratio: 10%%, minPerSecond: 1, window: 60s}}
                """.formatted(upstream.port(), nobody.getLocalPort()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    /** Does what the path says, as long as it says. */
    private static void serve(Wire wire) throws IOException {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            List<Message> same = received(request.target());
            same.add(request);
            String what = request.target().split("/")[1];
            int failures = what.endsWith("-once") ? 1 : what.endsWith("-twice") ? 2 : Integer.MAX_VALUE;
            if (same.size() > failures || what.equals("fine")) {
                wire.send(ScriptedUpstream.ok("fine at last"));
                continue;
            }
            switch (what.split("-")[0]) {
                case "busy" -> wire.send(ScriptedUpstream.response("503 Service Unavailable", "busy"));
                case "later" ->
                    wire.send(ScriptedUpstream.response("503 Service Unavailable", "busy", "retry-after: 1"));
                case "tomorrow" ->
                    wire.send(ScriptedUpstream.response("503 Service Unavailable", "busy", "retry-after: 86400"));
                case "silent" -> wire.request(); // until the proxy has had enough
                case "flood" -> {
                    flood(wire);
                    return;
                }
                default -> {
                    return; // gone
                }
            }
        }
    }

    /** An answer as long as a retry keeps one, and more of it until it is cut off. */
    private static void flood(Wire wire) throws IOException {
        wire.head("HTTP/1.1 503 Service Unavailable", "transfer-encoding: chunked");
        String piece = "x".repeat(1024);
        try {
            while (floodCutOff.getCount() > 0) {
                wire.chunk(piece);
            }
        } catch (IOException e) {
            floodCutOff.countDown();
        }
    }

    private static List<Message> received(String path) {
        return received.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>());
    }

    private static Message ask(String host, String method, String path, String body) throws Exception {
        try (var wire = Wire.to(program.port())) {
            return ask(wire, host, method, path, body);
        }
    }

    private static Message ask(Wire wire, String host, String method, String path, String body) throws Exception {
        String id = path.substring(1).replace('/', '.');
        wire.head(
                method + " " + path + " HTTP/1.1",
                "host: " + host,
                "x-request-id: " + id,
                body.isEmpty() ? "x-none: 1" : "content-length: " + body.length());
        return wire.send(body).response();
    }

    private static int attempts(String path) {
        return received(path).size();
    }

    @Test
    void whereNothingIsAnsweredTimeoutsAreNotTriedAgainUntilSomethingIs() throws Exception {
        String[] silence = {"route=\"hushed\"", "reason=\"silence\""};
        AtomicBoolean enough = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String path = "/silent/hush-" + i;
                threads.submit(() -> {
                    while (!enough.get()) {
                        ask("hushed", "GET", path, "");
                    }
                    return null;
                });
            }
            program.awaitMetricAtLeast(20, "outrigger_retry_denied_total", silence);
            enough.set(true);
        }
        assertThat(program.series("outrigger_budget_tokens", "route=\"hushed\""))
                .isGreaterThan(10);
        double denied = program.series("outrigger_retry_denied_total", silence);
        assertThat(ask("hushed", "GET", "/silent-once/before", "").status()).isEqualTo(504);
        assertThat(attempts("/silent-once/before")).isEqualTo(1);
        assertThat(program.series("outrigger_retry_denied_total", silence)).isEqualTo(denied + 1);
        for (int i = 0; i < 6; i++) {
            assertThat(ask("hushed", "GET", "/fine/hush", "").status()).isEqualTo(200);
        }
        assertThat(ask("hushed", "GET", "/silent-once/after", "").status()).isEqualTo(200);
        assertThat(attempts("/silent-once/after")).isEqualTo(2);
    }

    @Test
    void fifteenAtOnceToAnUpstreamThatHangsHaveAllTheirAttempts() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 15; i++) {
                String path = "/silent/patient-" + i;
                threads.submit(() -> ask("patient", "GET", path, ""));
            }
        }
        for (int i = 0; i < 15; i++) {
            assertThat(attempts("/silent/patient-" + i)).isEqualTo(3);
        }
    }

    @Test
    void byDefaultARequestThatWasNotSentGoesElsewhere() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(ask("half", "POST", "/fine/elsewhere", "paid").status()).isEqualTo(200);
        }
        assertThat(attempts("/fine/elsewhere")).isEqualTo(20);
    }

    @Test
    void byDefaultAnAnswerIsAnAnswer() throws Exception {
        assertThat(ask("default", "GET", "/busy/default", "").text()).isEqualTo("busy");
        assertThat(ask("default", "GET", "/gone/default", "").status()).isEqualTo(502);
        assertThat(attempts("/busy/default") + attempts("/gone/default")).isEqualTo(2);
    }

    @Test
    void aReusedConnectionThatHadEndedIsReplacedForGet() throws Exception {
        try (var wire = Wire.to(program.port())) {
            ask(wire, "default", "GET", "/fine/stale-get", "");
            assertThat(ask(wire, "default", "GET", "/gone-once/stale-get", "").text())
                    .isEqualTo("fine at last");
        }
        assertThat(received("/gone-once/stale-get").get(1).field("x-outrigger-attempt"))
                .isEqualTo("2");
        var attempts = program.awaitAccess("gone-once.stale-get").path("attempts");
        assertThat(attempts.get(0).path("cause").asText()).isEqualTo("stale_connection");
        assertThat(attempts.get(1).path("status").asInt()).isEqualTo(200);
    }

    @Test
    void aReusedConnectionThatHadEndedIsToldToAPost() throws Exception {
        try (var wire = Wire.to(program.port())) {
            ask(wire, "default", "GET", "/fine/stale-post", "");
            var answer = ask(wire, "default", "POST", "/gone/stale-post", "pay");
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("urn:outrigger:problem:stale-connection");
        }
        assertThat(attempts("/gone/stale-post")).isEqualTo(1);
    }

    @Test
    void anAnswerForWhichThereIsABetterOneHoldsNoConnection() throws Exception {
        assertThat(ask("listed", "GET", "/flood-once/better", "").text()).isEqualTo("fine at last");
        assertThat(floodCutOff.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aPostThatMayHaveArrivedIsNeverSentTwice() throws Exception {
        assertThat(ask("listed", "POST", "/busy/post", "pay").text()).isEqualTo("busy");
        assertThat(ask("listed", "POST", "/gone/post", "pay").status()).isEqualTo(502);
        assertThat(List.of(attempts("/busy/post"), attempts("/gone/post"))).isEqualTo(List.of(1, 1));
    }

    @Test
    void aListedStatusIsTriedAgainAndEachAttemptHasItsNumber() throws Exception {
        assertThat(ask("listed", "GET", "/busy-twice/get", "").text()).isEqualTo("fine at last");
        assertThat(received("/busy-twice/get").stream().map(one -> one.field("x-outrigger-attempt")))
                .containsExactly(null, "2", "3");
        assertThat(program.awaitAccess("busy-twice.get").path("attempts")).hasSize(3);
        assertThat(ask("listed", "GET", "/gone-once/get", "").text()).isEqualTo("fine at last");
    }

    @Test
    void whenAllAttemptsFailTheLastAnswerIsRelayed() throws Exception {
        var answer = ask("listed", "GET", "/busy/always", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).isEqualTo("busy");
        assertThat(attempts("/busy/always")).isEqualTo(3);
    }

    @Test
    void theWholeBodyIsSentAgain() throws Exception {
        String body = "0123456789".repeat(100);
        assertThat(ask("listed", "PUT", "/busy-once/body", body).text()).isEqualTo("fine at last");
        assertThat(received("/busy-once/body").stream().map(Message::text)).containsExactly(body, body);
    }

    @Test
    void aBodyThatIsTooLongToKeepIsSentOnce() throws Exception {
        assertThat(ask("listed", "PUT", "/busy/long", "0123456789".repeat(1000)).text())
                .isEqualTo("busy");
        assertThat(attempts("/busy/long")).isEqualTo(1);
        assertThat(program.series("outrigger_retry_denied_total", "route=\"listed\"", "reason=\"body\""))
                .isEqualTo(1);
    }

    @Test
    void anAttemptThatTakesTooLongIsReplaced() throws Exception {
        assertThat(ask("timed", "GET", "/silent-once/get", "").text()).isEqualTo("fine at last");
        var attempts = program.awaitAccess("silent-once.get").path("attempts");
        assertThat(attempts.get(0).path("cause").asText()).isEqualTo("attempt_timeout");
    }

    @Test
    void retryAfterIsWaitedForWhereThereIsTime() throws Exception {
        long start = System.nanoTime();
        assertThat(ask("listed", "GET", "/later-once/get", "").text()).isEqualTo("fine at last");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));

        var relayed = ask("listed", "GET", "/tomorrow-once/get", "");
        assertThat(relayed.status()).isEqualTo(503);
        assertThat(relayed.field("retry-after")).isEqualTo("86400");
        assertThat(attempts("/tomorrow-once/get")).isEqualTo(1);
    }

    @Test
    void theBudgetKeepsRetriesAShareOfTheLoad() throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            assertThat(ask("thrifty", "GET", "/busy/thrifty", "").status()).isEqualTo(503);
        }
        long seconds = 1 + Duration.ofNanos(System.nanoTime() - start).toSeconds();
        int extra = attempts("/busy/thrifty") - 50;
        // 10 % of 50, one at the beginning, one a second
        assertThat(extra).isGreaterThanOrEqualTo(5).isLessThanOrEqualTo((int) (5 + 1 + seconds));
        assertThat(program.series("outrigger_retry_denied_total", "route=\"thrifty\"", "reason=\"budget\""))
                .isGreaterThan(0);
    }
}
