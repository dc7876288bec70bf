package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** So many requests pass, whoever sends them over however many connections; the others are told when to come again. */
class RateLimitTest {
    private static ScriptedUpstream upstream;
    private static Path file;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = ScriptedUpstream.echo("app");
        file = Program.file(yaml(30));
        program = Program.runFile(file);
    }

    /** At one a second and below, a test that takes less than a minute sees how much a bucket held. */
    private static String yaml(int burst) {
        return """
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams: {app: {endpoints: ["127.0.0.1:%1$d"]}}
                routes:
                  - {name: all, match: {hosts: [all]}, upstream: app, rateLimit: {requestsPerSecond: 1, burst: 1000}}
                  - {name: each, match: {hosts: [each]}, upstream: app, rateLimit: {requestsPerSecond: 1, burst: 20, key: {header: x-tenant}}}
                  - {name: changed, match: {hosts: [changed]}, upstream: app, rateLimit: {requestsPerSecond: 1, burst: %2$d}}
                """.formatted(upstream.port(), burst);
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private static Message ask(String host, String... fields) throws Exception {
        List<String> lines = new ArrayList<>(List.of("GET /x HTTP/1.1", "host: " + host));
        lines.addAll(List.of(fields));
        return program.ask(lines.toArray(String[]::new));
    }

    @Test
    void theLimitIsThatOfTheProcessOverAllLoopsAndConnections() throws Exception {
        long start = System.nanoTime();
        int passed = 0;
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            clients.add(() -> {
                int mine = 0;
                try (Wire wire = Wire.to(program.port())) {
                    for (int n = 0; n < 100; n++) {
                        mine += wire.head("GET /x HTTP/1.1", "host: all")
                                                .response()
                                                .status()
                                        == 200
                                ? 1
                                : 0;
                    }
                }
                return mine;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(clients.size())) {
            for (Future<Integer> mine : threads.invokeAll(clients)) {
                passed += mine.get();
            }
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000L + 1;
        assertThat(passed).isBetween(1000, (int) (1000 + seconds));
        assertThat(program.series("outrigger_failures_total", "route=\"all\"", "cause=\"rate_limited\""))
                .isEqualTo(1600 - passed);
        assertThat(program.series("outrigger_rate_limit_tokens", "route=\"all\""))
                .isLessThan(30);
    }

    @Test
    void eachCallerHasABucketAndIsToldWhenItFills() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(ask("each", "x-tenant: a").status()).isEqualTo(200);
        }
        Message rejected = ask("each", "x-tenant: a", "x-request-id: too-fast");
        for (int i = 0; rejected.status() == 200 && i < 20; i++) { // a slow machine: tokens have flowed in meanwhile
            rejected = ask("each", "x-tenant: a", "x-request-id: too-fast");
        }
        assertThat(rejected.status()).isEqualTo(429);
        assertThat(rejected.field("retry-after")).isEqualTo("1");
        assertThat(rejected.field("ratelimit-policy")).isEqualTo("\"each\";q=20;w=20");
        assertThat(rejected.field("ratelimit")).isEqualTo("\"each\";r=0;t=1");
        assertThat(rejected.field("proxy-status"))
                .isEqualTo("outrigger; error=http_request_denied; "
                        + "details=\"the limit of 1 a second and 20 at once is used up by this caller\"");
        assertThat(rejected.text()).contains("urn:outrigger:problem:rate-limited");
        assertThat(ask("each", "x-tenant: b").status()).isEqualTo(200);
        assertThat(program.admin("/requests/too-fast").text()).contains("rateLimit", "rejected");
        assertThat(program.admin("/explain?method=GET&url=http://each/x&header=x-tenant:%20acme")
                        .text())
                .contains("429 when the bucket of its x-tenant is empty");
    }

    @Test
    void anEmptyBucketStaysEmptyWhenItsLimitIsChanged() throws Exception {
        while (ask("changed").status() == 200) {
            // until it is empty
        }
        Files.writeString(file, yaml(20));
        assertThat(Program.ask(program.adminPort(), "POST /config/reload HTTP/1.1", "host: localhost")
                        .status())
                .isEqualTo(200);
        int passed = 0;
        for (int i = 0; i < 10; i++) {
            passed += ask("changed").status() == 200 ? 1 : 0;
        }
        assertThat(passed).as("of a bucket of 20").isLessThan(8);
    }
}
