package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever sends without end, in whatever part of a message, is stopped at a limit; and nothing costs more than its length. */
class FloodsTest {
    private static final long WITHOUT_END_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n";

    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = new ScriptedUpstream(FloodsTest::serve);
        program = Program.run("""
                listeners:
                  - {name: outbound, address: "127.0.0.1:0", upstream: app}
                  - {name: roomy, address: "127.0.0.1:0", upstream: app,
                     limits: {headerBytes: 256KiB, headerCount: 5000, uriBytes: 64KiB}}
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                defaults: {retry: off}
                routes:
                  - {name: regex, match: {path: {regex: "/(x+x+)+y"}}, upstream: app}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                """.formatted(upstream.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private static void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            switch (request.target()) {
                case "/interim" -> flood(wire, "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
                case "/field" -> flood(wire.send("HTTP/1.1 200 OK\r\nx: "), "y".repeat(1000));
                case "/fields" -> flood(wire.send("HTTP/1.1 200 OK\r\n"), "x: y\r\n");
                case "/extension" ->
                    flood(
                            wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked")
                                    .send("5;"),
                            "xyz");
                case "/trailers" ->
                    flood(
                            wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked")
                                    .send("0\r\n"),
                            "x: y\r\n");
                case "/tiny" -> {
                    wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked");
                    wire.send("1\r\nz\r\n".repeat(100_000)).send("0\r\n\r\n");
                }
                default -> wire.send(ScriptedUpstream.ok("" + request.body().length));
            }
        }
    }

    /** Sends it again and again until the other side has had enough; tells whether it has. */
    private static boolean flood(Wire wire, String piece) throws IOException {
        byte[] pieces = piece.repeat(1 + 16_384 / piece.length()).getBytes(StandardCharsets.US_ASCII);
        try {
            for (long start = System.nanoTime(); System.nanoTime() - start < WITHOUT_END_NANOS; ) {
                wire.send(pieces);
            }
            return false;
        } catch (SocketException e) {
            return true; // the connection has been ended
        }
    }

    private static void assertServes() throws Exception {
        assertThat(program.ask("GET / HTTP/1.1", "host: a").status()).isEqualTo(200);
    }

    /** Each is refused, and then read for a few seconds, so that it finds the refusal. */
    @Test
    void clientsThatSendWithoutEndAreStopped() throws Exception {
        String chunked = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
        Map<String, String> floods = Map.of(
                "GET /",
                "aaaaaaa",
                GET + "x: ",
                "yyyyyyy",
                GET,
                "x: y\r\n",
                chunked,
                "0",
                chunked + "5;",
                "xyz",
                chunked + "0\r\n",
                "x: y\r\n");
        Map<String, Boolean> stopped = new ConcurrentHashMap<>();
        List<Thread> clients = new ArrayList<>();
        floods.forEach((beginning, piece) -> clients.add(Thread.ofVirtual().start(() -> {
            try (Wire wire = Wire.to(program.port())) {
                stopped.put(beginning, flood(wire.send(beginning), piece));
            } catch (IOException | InterruptedException e) {
                // it is missing then
            }
        })));
        assertServes();
        for (Thread client : clients) {
            client.join();
        }
        assertThat(stopped.keySet()).isEqualTo(floods.keySet());
        assertThat(stopped.values()).doesNotContain(false);
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"interim", "field", "fields"})
    void anUpstreamWhoseHeadHasNoEndIsStopped(String what) throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            wire.head("GET /" + what + " HTTP/1.1", "host: a");
            Message head = wire.responseHead();
            while (head.status() == 103) {
                head = wire.responseHead();
            }
            assertThat(head.status()).isEqualTo(502);
        }
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"extension", "trailers"})
    void anUpstreamWhoseBodyHasNoEndIsCut(String what) throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            wire.head("GET /" + what + " HTTP/1.1", "host: a");
            assertThat(wire.rest()).as("what looks like the end of the content").doesNotContain("0\r\n\r\n");
        }
        assertServes();
    }

    @ParameterizedTest
    @CsvSource({"8192, 1, 414", "4096, 40, 431", "10, 101, 431"})
    void giantHeadsAreRefused(int length, int count, int status) throws Exception {
        String text = "z".repeat(length);
        boolean fields = count > 1;
        String head = "GET /" + (fields ? "" : text) + " HTTP/1.1\r\nhost: a\r\n"
                + (fields
                        ? IntStream.range(0, count)
                                .mapToObj(i -> "x" + i + ": " + text + "\r\n")
                                .collect(Collectors.joining())
                        : "");
        try (Wire wire = Wire.to(program.port())) {
            wire.send(head + "\r\n");
            Message refused = wire.response();
            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.field("connection")).isEqualTo("close");
        }
        assertServes();
    }

    @Test
    void tinyChunksArriveWhole() throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            Message response = wire.head("GET /tiny HTTP/1.1", "host: a").response();
            assertThat(response.text()).isEqualTo("z".repeat(100_000));
            wire.head("POST / HTTP/1.1", "host: a", "transfer-encoding: chunked");
            wire.send("1\r\nz\r\n".repeat(100_000)).send("0\r\n\r\n");
            assertThat(wire.response().text()).isEqualTo("100000");
        }
    }

    @Test
    void aFloodOfPipelinedRequestsIsAnsweredAsItIsReadAndInOrder() throws Exception {
        int count = 20_000;
        try (Wire wire = Wire.to(program.port())) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        wire.send("PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: " + i % 10 + "\r\n\r\n"
                                + "z".repeat(i % 10));
                    }
                } catch (IOException e) {
                    // the count of responses shows it
                }
            });
            for (int i = 0; i < count; i++) {
                assertThat(wire.response().text()).isEqualTo("" + i % 10);
            }
            sender.join();
        }
    }

    /** A regex that takes exponential time where it is tried by backtracking. */
    @Test
    void aRegexTakesTimeByTheLengthOfThePath() throws Exception {
        assertThat(Program.ask(program.port("roomy"), "GET /" + "x".repeat(60_000) + " HTTP/1.1", "host: a")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void namesWithTheSameHashCostWhatOthersCost() throws Exception {
        cost(i -> "a" + collision(i));
        double others = cost(i -> "b" + "z".repeat(17) + (1000 + i));
        double colliding = cost(i -> "c" + collision(i));
        assertThat(colliding).as("seconds of processor, beside %s", others).isLessThan(3 * others + 0.5);
    }

    /** One of 2^11 names of 22 letters that all have the same hash, as Java computes it, in lower case. */
    private static String collision(int number) {
        StringBuilder name = new StringBuilder();
        for (int bit = 0; bit < 11; bit++) {
            name.append((number >> bit & 1) == 0 ? "a~" : "b_");
        }
        return name.toString();
    }

    /** The processor's time for a hundred requests with two thousand fields each. */
    private static double cost(IntFunction<String> name) throws Exception {
        String head = GET
                + IntStream.range(0, 2_000)
                        .mapToObj(i -> name.apply(i) + ": 1\r\n")
                        .collect(Collectors.joining())
                + "connection: " + IntStream.range(0, 500).mapToObj(name).collect(Collectors.joining(",")) + "\r\n\r\n";
        double before = cpuSeconds();
        try (Wire wire = Wire.to(program.port("roomy"))) {
            for (int i = 0; i < 100; i++) {
                assertThat(wire.send(head).response().status()).isEqualTo(200);
            }
        }
        return cpuSeconds() - before;
    }

    private static double cpuSeconds() throws Exception {
        return program.admin("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("process_cpu_seconds_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
