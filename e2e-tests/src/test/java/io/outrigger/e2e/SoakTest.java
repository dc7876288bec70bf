package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Load while the upstream does everything that it should not: each request gets an answer, whole or with a reason, what
 * may happen once happens once, all is counted, and the proxy does not grow. Some seconds here; {@code -Psoak} takes 20
 * minutes, as {@code docs/soak.md} says.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class SoakTest {
    private static final Duration TIME = Duration.parse(System.getProperty("outrigger.soak", "PT20S"));
    private static final boolean LONG = TIME.toMinutes() >= 10;
    private static final int WORKERS = 12;
    private static final int PAUSE_MILLIS = 50;
    /** The routes whose clients stay. */
    private static final List<String> STAYED =
            List.of("plain", "post", "half", "again", "hedge", "breaker", "bulkhead", "limit");

    private static final double MIB = 1024 * 1024;

    private final SoakLedger ledger = new SoakLedger();
    private final AtomicInteger next = new AtomicInteger();
    private double liveAtFirst; // bytes, after a third of the time
    private double liveAtLast;

    private static String yaml(int port, int closed) {
        return """
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: "off"}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%1$d"]}
                  half: {endpoints: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"], balance: roundRobin}
                defaults: {timeout: {request: 20s, attempt: 2s}}
                routes:
                  - {name: plain, match: {path: {prefix: /plain}}, upstream: app}
                  - {name: post, match: {path: {prefix: /post}}, upstream: app}
                  - {name: half, match: {path: {prefix: /half}}, upstream: half, retry: {attempts: 3, budget: off}}
                  - {name: keyed, match: {path: {prefix: /keyed}}, upstream: app, idempotency: {keepFor: 60s}}
                  - {name: again, match: {path: {prefix: /again}}, upstream: app, retry: {attempts: 3, on: [notSent, refused, staleConnection, reset, 502-504]}}
                  - {name: hedge, match: {path: {prefix: /hedge}}, upstream: app, hedge: {after: 20ms}}
                  - {name: breaker, match: {path: {prefix: /breaker}}, upstream: app, circuitBreaker: {window: {calls: 20}, minimumCalls: 10, failureRate: 15%%, openFor: 200ms, maxOpenFor: 1s}}
                  - {name: bulkhead, match: {path: {prefix: /bulkhead}}, upstream: app, bulkhead: {maxConnections: 2, maxPending: 1, maxWait: 20ms}}
                  - {name: limit, match: {path: {prefix: /limit}}, upstream: app, rateLimit: {requestsPerSecond: 10, burst: 10}, concurrency: {min: 5, max: 50}}
                  - {name: gone, match: {path: {prefix: /gone}}, upstream: app}
                """.formatted(port, closed);
    }

    @Test
    void nothingIsLostNothingHappensTwiceNothingGrows() throws Exception {
        try (var upstream = new SoakUpstream();
                Socket refusing = closedPort();
                var program = LONG
                        ? Program.runAsInProduction(yaml(upstream.port(), refusing.getLocalPort()))
                        : Program.run(yaml(upstream.port(), refusing.getLocalPort()))) {
            Growth growth = run(program, upstream);
            assertThat(program.series("http_requests_in_flight")).isZero();
            ledger.expectOnce(upstream);
            assertThat(ledger.wrongs()).isEmpty();
            assertThat(ledger.whole.get() + ledger.cut.get() + ledger.left.get())
                    .isEqualTo(ledger.sent.get());
            assertCounted(program);
            assertThat(program.series("outrigger_idempotency_forgotten_total")).isZero();
            assertAttempts(program, upstream);
            assertThat(program.series("outrigger_circuit_transitions_total", "to=\"open\""))
                    .isPositive();
            assertThat(program.series("outrigger_retry_denied_total", "route=\"breaker\"", "reason=\"circuit\""))
                    .isGreaterThanOrEqualTo((double) ledger.stopped.get());
            report(program, upstream, growth);
            assertNoGrowth(growth);
            program.endsWell();
        }
    }

    private Growth run(Program program, SoakUpstream upstream) throws Exception {
        Growth growth = new Growth(program);
        int port = program.port();
        List<SoakLoad> loads = new ArrayList<>();
        ScheduledExecutorService workers = Executors.newScheduledThreadPool(WORKERS);
        for (int i = 0; i < WORKERS; i++) {
            SoakLoad load = new SoakLoad(port, ledger, upstream, next, i);
            loads.add(load);
            workers.scheduleWithFixedDelay(() -> step(load), i * 4L, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
        var samples = watch.scheduleWithFixedDelay(() -> look(growth), 1000, LONG ? 5000 : 500, TimeUnit.MILLISECONDS);
        goOn(watch, TIME.toMillis() / 3);
        liveAtFirst = growth.liveHeap();
        goOn(watch, TIME.toMillis() - TIME.toMillis() / 3);
        liveAtLast = growth.liveHeap();
        samples.cancel(false);
        watch.close();
        workers.shutdown();
        assertThat(workers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        loads.forEach(SoakLoad::end);
        program.awaitMetricAtMost(0, "outrigger_connections", "side=\"downstream\"");
        program.awaitMetricAtMost(0, "http_requests_in_flight");
        return growth;
    }

    private static void goOn(ScheduledExecutorService watch, long millis) throws InterruptedException {
        assertThat(watch.awaitTermination(millis, TimeUnit.MILLISECONDS)).isFalse();
    }

    private void step(SoakLoad load) {
        try {
            load.step();
        } catch (IOException | InterruptedException | RuntimeException e) {
            ledger.wrong("not sent: " + e);
        }
    }

    private void look(Growth growth) {
        try {
            growth.look();
        } catch (IOException | InterruptedException | RuntimeException e) {
            ledger.wrong("not seen: " + e);
        }
    }

    /** A port that nobody listens at, and nobody can while this socket has it. */
    private static Socket closedPort() throws IOException {
        Socket held = new Socket();
        held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return held;
    }

    /** The proxy has counted each request by route and status, and each failure by its cause, as its clients have. */
    private void assertCounted(Program program) throws Exception {
        Map<String, Double> counted = new TreeMap<>();
        Map<String, Double> expected = new TreeMap<>();
        for (Map.Entry<String, LongAdder> one : ledger.byStatus().entrySet()) {
            String[] name = one.getKey().split(" ");
            boolean mixed = name[0].equals("gone") || name[0].equals("keyed"); // who left may have been answered
            String status = mixed ? "" : "status=\"" + name[1] + "\"";
            expected.merge(mixed ? name[0] : one.getKey(), one.getValue().doubleValue(), Double::sum);
            counted.put(
                    mixed ? name[0] : one.getKey(),
                    program.series("http_requests_total", "route=\"" + name[0] + "\"", status));
        }
        assertThat(counted).isEqualTo(expected);
        assertThat(program.series("http_requests_total")).isEqualTo((double) ledger.sent.get());
        for (String route : STAYED) {
            double failed = ledger.failures().entrySet().stream()
                    .filter(one -> one.getKey().startsWith(route + " "))
                    .mapToDouble(one -> one.getValue().doubleValue())
                    .sum();
            assertThat(program.series("outrigger_failures_total", "route=\"" + route + "\""))
                    .as("failures of " + route)
                    .isEqualTo(failed);
        }
    }

    /**
     * What the proxy says that it has sent is what the upstream had, but for connections that ended just then, and for
     * what was given up before it could be read.
     */
    private static void assertAttempts(Program program, SoakUpstream upstream) throws Exception {
        for (String route : STAYED) {
            String label = "route=\"" + route + "\"";
            double sent = program.series("outrigger_attempts_total", label)
                    - program.series("outrigger_attempts_total", label, "outcome=\"not_sent\"");
            double unread = program.series("outrigger_attempts_total", label, "cause=\"stale_connection\"")
                    + program.series("outrigger_attempts_total", label, "cause=\"attempt_timeout\"")
                    + program.series("outrigger_attempts_total", label, "cause=\"client_gone\"");
            assertThat((double) upstream.received(route))
                    .as("received by " + route)
                    .isBetween(sent - unread, sent);
        }
    }

    private void assertNoGrowth(Growth growth) {
        List<Growth.Sample> warm = growth.warm();
        if (LONG) {
            assertThat(liveAtLast - liveAtFirst).as("bytes of live heap").isLessThan(2 * MIB);
            assertThat(Growth.between(warm, Growth.Sample::resident))
                    .as("bytes")
                    .isLessThan(12 * MIB);
            assertThat(Growth.between(warm, Growth.Sample::direct))
                    .as("direct bytes")
                    .isLessThan(2 * MIB);
            assertThat(Growth.between(warm, Growth.Sample::files)).as("files").isLessThan(10);
            assertThat(Growth.between(warm, Growth.Sample::threads))
                    .as("threads")
                    .isLessThan(3);
        }
        assertThat(most(warm, Growth.Sample::resident)).isLessThan(256 * MIB);
        assertThat(most(warm, Growth.Sample::direct)).isLessThan(48 * MIB);
        assertThat(most(warm, Growth.Sample::files)).isLessThan(250);
        assertThat(most(warm, Growth.Sample::threads)).isLessThan(60);
    }

    private static double most(List<Growth.Sample> samples, ToDoubleFunction<Growth.Sample> what) {
        return samples.stream().mapToDouble(what).max().orElseThrow();
    }

    private void report(Program program, SoakUpstream upstream, Growth growth) throws Exception {
        StringBuilder text = new StringBuilder();
        text.append("time ").append(TIME).append(", requests ").append(ledger.sent);
        text.append(": whole ").append(ledger.whole).append(", cut ").append(ledger.cut);
        text.append(", left by their clients ").append(ledger.left).append('\n');
        text.append("upstream: connections ended as a request came ");
        text.append(upstream.ended()).append('\n');
        text.append("answers ").append(new TreeMap<>(ledger.byStatus())).append('\n');
        text.append("failures ").append(new TreeMap<>(ledger.failures())).append('\n');
        Map<String, ToDoubleFunction<Growth.Sample>> what = new TreeMap<>(Map.of(
                "resident KiB",
                sample -> sample.resident() / 1024,
                "direct KiB",
                sample -> sample.direct() / 1024,
                "files",
                Growth.Sample::files,
                "threads",
                Growth.Sample::threads));
        List<Growth.Sample> warm = growth.warm();
        text.append("live heap KiB: %.0f after a third, %.0f at the end%n"
                .formatted(liveAtFirst / 1024, liveAtLast / 1024));
        what.forEach((name, of) -> text.append("%s: %.0f to %.0f, mean %.0f, %+.1f between the halves, %+.1f an hour%n"
                .formatted(
                        name,
                        warm.stream().mapToDouble(of).min().orElseThrow(),
                        most(warm, of),
                        warm.stream().mapToDouble(of).average().orElseThrow(),
                        Growth.between(warm, of),
                        Growth.perHour(warm, of))));
        program.admin("/metrics")
                .text()
                .lines()
                .filter(
                        line -> line.matches(
                                "outrigger_(attempts|retries|retry_denied|hedges|circuit_tra|idempotency|bulkhead_ref)\\w*total.*"))
                .forEach(line -> text.append(line).append('\n'));
        Path file = Path.of(System.getProperty("basedir", "."), "target", "soak.txt");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
