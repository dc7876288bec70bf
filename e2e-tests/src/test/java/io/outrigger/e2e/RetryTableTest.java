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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of docs/filters/retry.md, row by row: what happened to the first attempt, and whether there is a second. */
class RetryTableTest {
    private static final Map<String, List<Message>> received = new ConcurrentHashMap<>(); // by path
    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        nobody.close(); // its port refuses
        upstream = new ScriptedUpstream(RetryTableTest::serve);
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams:
                  once: {endpoints: ["127.0.0.1:%1$d"], pool: {maxRequests: 1}}
                  kept: {endpoints: ["127.0.0.1:%1$d"]}
                  half: {endpoints: ["127.0.0.1:%2$d", "127.0.0.1:%1$d"], balance: roundRobin}
                defaults:
                  timeout: {request: 20s, attempt: 500ms}
                  retry:
                    on: [notSent, refused, staleConnection, reset, attemptTimeout, 429, 503]
                    backoff: {base: 1ms}
                    budget: off
                routes:
                  - {name: fresh, match: {hosts: [fresh]}, upstream: once}
                  - {name: reused, match: {hosts: [reused]}, upstream: kept}
                  - {name: half, match: {hosts: [half]}, upstream: half}
                  - {name: fresh-keyed, match: {hosts: [fresh.keyed]}, upstream: once, idempotency: {}}
                  - {name: fresh-honoured, match: {hosts: [fresh.honoured]}, upstream: once, idempotency: {upstreamHonoursKey: true}}
                  - {name: reused-keyed, match: {hosts: [reused.keyed]}, upstream: kept, idempotency: {}}
                  - {name: reused-honoured, match: {hosts: [reused.honoured]}, upstream: kept, idempotency: {upstreamHonoursKey: true}}
                  - {name: half-keyed, match: {hosts: [half.keyed]}, upstream: half, idempotency: {}}
                  - {name: half-honoured, match: {hosts: [half.honoured]}, upstream: half, idempotency: {upstreamHonoursKey: true}}
                  - {name: nothing, match: {hosts: [nothing]}, upstream: once, retry: {on: [500]}}
                """.formatted(upstream.port(), nobody.getLocalPort()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    /** Does to the first request for a path what it says, and answers the others. */
    private static void serve(Wire wire) throws IOException {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            List<Message> same = received(request.target());
            same.add(request);
            String what = same.size() == 1 ? request.target().split("/")[1] : "fine";
            switch (what) {
                case "fine" -> wire.send(ScriptedUpstream.ok("fine"));
                case "close" -> {
                    return;
                }
                case "reset" -> {
                    wire.reset();
                    return;
                }
                case "cut-head" -> {
                    wire.send("HTTP/1.1 200 OK\r\ncontent-le");
                    return;
                }
                case "silence" -> wire.request(); // until the proxy has had enough
                case "nonsense" -> wire.send("HTTP/1.1 2000 OK\r\n\r\n");
                case "later" -> wire.send(ScriptedUpstream.response("429 Too Many Requests", "", "retry-after: 1"));
                default -> wire.send(ScriptedUpstream.response(what + " As It Says", ""));
            }
        }
    }

    private static List<Message> received(String path) {
        return received.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>());
    }

    private static Message ask(Wire wire, String host, String method, String path) throws IOException {
        String body = method.equals("GET") ? "" : "payment";
        wire.head(
                method + " " + path + " HTTP/1.1",
                "host: " + host,
                host.contains(".") ? "idempotency-key: " + path : "x-none: 2",
                "x-request-id: " + path.substring(1).replace('/', '.') + "." + host,
                body.isEmpty() ? "x-none: 1" : "content-length: " + body.length());
        return wire.send(body).response();
    }

    /** The status and the attempts. */
    private static String after(String host, String method, String path) throws Exception {
        try (var wire = Wire.to(program.port())) {
            if (host.startsWith("reused")) {
                ask(wire, host, "GET", "/fine/first" + path); // leaves a connection for the next one
            }
            int status = ask(wire, host, method, path).status();
            return status + " x" + received(path).size();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // what happened,  GET,    POST, with a key, with one that the upstream honours
        "fresh,   421,      200 x2, 200 x2, 200 x2, 200 x2",
        "fresh,   425,      200 x2, 200 x2, 200 x2, 200 x2",
        "fresh,   close,    200 x2, 502 x1, 502 x1, 200 x2",
        "fresh,   reset,    200 x2, 502 x1, 502 x1, 200 x2",
        "fresh,   cut-head, 200 x2, 502 x1, 502 x1, 200 x2",
        "fresh,   silence,  200 x2, 504 x1, 504 x1, 200 x2",
        "fresh,   503,      200 x2, 503 x1, 503 x1, 200 x2",
        "fresh,   429,      200 x2, 429 x1, 429 x1, 200 x2",
        "fresh,   later,    200 x2, 429 x1, 429 x1, 200 x2",
        "fresh,   500,      500 x1, 500 x1, 500 x1, 500 x1",
        "fresh,   404,      404 x1, 404 x1, 404 x1, 404 x1",
        "fresh,   nonsense, 502 x1, 502 x1, 502 x1, 502 x1",
        "reused,  close,    200 x2, 502 x1, 502 x1, 200 x2",
        "reused,  reset,    200 x2, 502 x1, 502 x1, 200 x2",
        "reused,  cut-head, 200 x2, 502 x1, 502 x1, 200 x2",
        "half,    fine,     200 x1, 200 x1, 200 x1, 200 x1",
        "nothing, 421,      421 x1, 421 x1, -, -",
        "nothing, close,    502 x1, 502 x1, -, -",
        "nothing, 503,      503 x1, 503 x1, -, -",
    })
    void whatIsSentAgain(String host, String what, String get, String post, String keyed, String honoured)
            throws Exception {
        String path = "/" + what + "/" + host;
        assertThat(after(host, "GET", path + "-get")).isEqualTo(get);
        assertThat(after(host, "PUT", path + "-put")).isEqualTo(get);
        assertThat(after(host, "POST", path + "-post")).isEqualTo(post);
        assertThat(after(host, "PATCH", path + "-patch")).isEqualTo(post);
        if (!keyed.equals("-")) {
            assertThat(after(host + ".keyed", "POST", path + "-keyed")).isEqualTo(keyed);
            assertThat(after(host + ".honoured", "POST", path + "-honoured")).isEqualTo(honoured);
        }
    }

    @Test
    void whatWasNotSentHadTwoAttempts() throws Exception {
        try (var wire = Wire.to(program.port())) {
            for (int i = 0; i < 2; i++) { // the one that is not there comes first for one of them
                assertThat(ask(wire, "half", "POST", "/fine/half-" + i).status())
                        .isEqualTo(200);
            }
        }
        var attempts = program.awaitAccess("fine.half-0.half").path("attempts").size() == 2
                ? program.awaitAccess("fine.half-0.half").path("attempts")
                : program.awaitAccess("fine.half-1.half").path("attempts");
        assertThat(attempts.get(0).path("outcome").asText()).isEqualTo("not_sent");
        assertThat(attempts.get(1).path("status").asInt()).isEqualTo(200);
    }

    @Test
    void retryAfterIsWaitedFor() throws Exception {
        long start = System.nanoTime();
        assertThat(after("fresh", "GET", "/later/waits")).isEqualTo("200 x2");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
}
