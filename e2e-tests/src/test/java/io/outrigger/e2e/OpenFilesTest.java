package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that may open no more files: it serves whom it has, says why it cannot do more, and goes on once it can. */
class OpenFilesTest {
    private static final String[] GET = {"GET / HTTP/1.1", "host: a"};
    private static final int CLIENTS = 20;
    private static final long LONGER_THAN_CHECKS_PAUSE = Duration.ofMillis(1500).toNanos();

    private final List<Wire> clients = new ArrayList<>();
    private ScriptedUpstream upstream;
    private Program program;

    @BeforeEach
    void start() throws Exception {
        upstream = new ScriptedUpstream(wire -> {
            while (wire.request() != null) {
                wire.send(ScriptedUpstream.ok("ok"));
            }
        });
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams:
                  app:
                    endpoints: ["127.0.0.1:%d"]
                    pool: {idleTimeout: 10ms}
                    panicThreshold: off
                    healthCheck: {path: /, interval: 1s, unhealthyAfter: 1}
                """.formatted(upstream.port()));
        assertThat(program.ask(GET).status()).isEqualTo(200);
        program.awaitMetricAtMost(0, "outrigger_connections", "side=\"upstream\"");
        program.awaitMetricAtMost(0, "outrigger_connections", "side=\"downstream\"");
    }

    @AfterEach
    void end() throws Exception {
        for (Wire client : clients) {
            client.close();
        }
        program.endsWell();
        upstream.close();
    }

    @Test
    void goesOnOnceThereAreSomeAgain() throws Exception {
        int before = open();
        limitTo(before + 4);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Wire.to(program.port()));
        }
        await("all files are open", () -> open() >= before + 4);
        long asked = System.nanoTime();
        while (System.nanoTime() - asked < LONGER_THAN_CHECKS_PAUSE) { // and the endpoint is none the less healthy
            Message refused = clients.getFirst().head(GET).response();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("no socket for 127.0.0.1:" + upstream.port() + ": too many open files");
            assertThat(refused.field("proxy-status")).contains("error=connection_limit_reached");
        }
        program.awaitMessage(
                "listener outbound: cannot accept clients, and tries again every second: too many open files");

        long cpu = cpuNanos();
        long start = System.nanoTime();
        for (Wire client : clients.subList(0, CLIENTS - 1)) {
            client.close();
        }
        Wire waiting = clients.getLast();
        assertThat(waiting.head(GET).response().status()).isEqualTo(200);
        long took = System.nanoTime() - start;
        assertThat(Duration.ofNanos(cpuNanos() - cpu))
                .as("of CPU in %d ns", took)
                .isLessThan(Duration.ofNanos(500_000_000 + took / 4));
        waiting.close();
        await("no more are open than before", () -> open() <= before);
    }

    /** For the process that runs. */
    private void limitTo(int files) throws IOException, InterruptedException {
        Process prlimit = new ProcessBuilder("prlimit", "--pid=" + program.pid(), "--nofile=" + files)
                .inheritIO()
                .start();
        assertThat(prlimit.waitFor()).isZero();
    }

    private int open() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + program.pid() + "/fd"))) {
            return (int) files.count();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition) throws IOException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
        }
    }

    private long cpuNanos() {
        return ProcessHandle.of(program.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow()
                .toNanos();
    }
}
