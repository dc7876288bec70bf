package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many clients at once cost little each, with the flags of production, and harm nobody else. */
@Timeout(180)
class CrowdTest {
    private static final int MANY = 10_000;
    private static final int OWN_FILES = 1_000; // what a process needs besides its clients
    private static final long LARGE = 16L * 1024 * 1024; // more than the system holds for a client
    private static final long MOST_MEMORY = 192L * 1024 * 1024;

    private ScriptedUpstream upstream;
    private Program program;

    private void start(ScriptedUpstream.Script script, String limits) throws Exception {
        upstream = new ScriptedUpstream(script);
        program = Program.runAsInProduction("""
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app, limits: %s}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms, timeout: 1s}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"], pool: {maxConnections: 4000}}}
                """.formatted(limits, upstream.port()));
    }

    @AfterEach
    void end() throws Exception {
        program.close();
        upstream.close();
    }

    private static void answer(Wire wire) throws Exception {
        while (wire.request() != null) {
            wire.send(ScriptedUpstream.ok("here"));
        }
    }

    private static void pour(Wire wire) throws Exception {
        while (wire.request() != null) {
            wire.head("HTTP/1.1 200 OK", "content-length: " + LARGE);
            byte[] piece = new byte[64 * 1024];
            for (long sent = 0; sent < LARGE; sent += piece.length) {
                wire.send(piece);
            }
        }
    }

    /** Ten thousand where this process may have as many files, else as many as it may, and says so. */
    private static int many() {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long may = system.getMaxFileDescriptorCount() - OWN_FILES;
        if (may < MANY) {
            System.err.println("CrowdTest: " + may + " clients instead of " + MANY
                    + ", because of the limit of open files (ulimit -n)");
        }
        assertThat(may).as("open files that there may be").isGreaterThan(1_000);
        return (int) Math.min(may, MANY);
    }

    @Test
    void tenThousandClientsAreServedAndStayConnected() throws Exception {
        start(CrowdTest::answer, "{connections: 20000}");
        int many = many();
        List<Crowd> crowds = new ArrayList<>();
        try {
            for (int left = many; left > 0; left -= crowds.getLast().size()) {
                crowds.add(new Crowd(program.port()).join(Math.min(1_000, left)));
                assertServed(crowds.getLast());
            }
            for (Crowd crowd : crowds) {
                assertServed(crowd); // again, on the same connections
            }
            assertThat(program.series("outrigger_connections", "side=\"downstream\""))
                    .isEqualTo(many);
            assertThat(program.peakMemory()).isLessThan(MOST_MEMORY);
        } finally {
            for (Crowd crowd : crowds) {
                crowd.close();
            }
        }
        program.awaitMetricAtMost(0, "outrigger_connections", "side=\"downstream\"");
    }

    private static void assertServed(Crowd crowd) throws Exception {
        crowd.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(crowd.countOfResponses(200)).isEqualTo(crowd.size());
    }

    @Test
    void clientsAboveTheLimitAreRefusedUntilOneLeaves() throws Exception {
        start(CrowdTest::answer, "{connections: 100}");
        try (Crowd crowd = new Crowd(program.port()).join(100)) {
            crowd.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(crowd.countOf("HTTP/1.1 200 OK\r\n")).isEqualTo(100);
            Message refused = program.ask("GET / HTTP/1.1", "host: a");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.field("proxy-status")).contains("error=connection_limit_reached");
            assertThat(refused.field("connection")).isEqualTo("close");
            assertThat(refused.text()).contains("urn:outrigger:problem:connections-full");
        }
        program.awaitMetricAtMost(0, "outrigger_connections", "side=\"downstream\"");
        assertThat(program.ask("GET / HTTP/1.1", "host: a").status()).isEqualTo(200);
    }

    @Test
    void aThousandWhoReadNothingOfLargeResponsesHarmNobody() throws Exception {
        start(CrowdTest::pour, "{}");
        try (Crowd crowd = new Crowd(program.port()).join(1_000)) {
            crowd.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(crowd.countOf("HTTP/1.1 200 OK\r\n")).isEqualTo(1_000);
            for (int i = 0; i < 20; i++) {
                assertThat(begun()).isEqualTo(200);
            }
            assertMemoryIsBounded();
        }
    }

    /** Their answers take more memory than there is: some are shut out, and nobody waits for it. */
    @Test
    void fourThousandWhoReadNothingLeaveMemoryForOthers() throws Exception {
        start(CrowdTest::pour, "{}");
        try (Crowd crowd = new Crowd(program.port())) {
            for (int left = Math.min(4_000, many() / 3); left > 0; left -= 1_000) {
                crowd.join(Math.min(1_000, left));
            }
            crowd.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(crowd.countOf("HTTP/1.1 200 OK\r\n")).isGreaterThan(1_000);
            for (int i = 0; i < 20; i++) {
                assertTimeoutPreemptively(Duration.ofSeconds(5), this::isServedOrShutOut);
            }
            assertMemoryIsBounded();
        }
        program.awaitMetricAtMost(0, "outrigger_connections", "side=\"downstream\"");
        assertThat(begun()).isEqualTo(200);
    }

    /** The status of a response of which no more than its head is read. */
    private int begun() throws Exception {
        try (Wire other = Wire.to(program.port())) {
            return other.head("GET / HTTP/1.1", "host: a").responseHead().status();
        }
    }

    private boolean isServedOrShutOut() throws Exception {
        try {
            return begun() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private void assertMemoryIsBounded() throws Exception {
        assertThat(program.series("jvm_buffer_memory_used_bytes", "id=\"direct\""))
                .isBetween(1.0, 48.0 * 1024 * 1024);
        assertThat(program.series("jvm_memory_used_bytes", "area=\"heap\"")).isBetween(1.0, 48.0 * 1024 * 1024);
        assertThat(program.peakMemory()).isLessThan(MOST_MEMORY);
    }

    @Test
    void thousandsWhoNeverCompleteTheirHeadsAreGoneAfterTheirTime() throws Exception {
        start(CrowdTest::answer, "{headTimeout: 2s}");
        try (Crowd crowd = new Crowd(program.port()).join(3_000)) {
            crowd.send("GET / HTTP/1.1\r\nhost: a\r\nx-filler: " + "y".repeat(2_000));
            assertThat(program.ask("GET / HTTP/1.1", "host: a").status()).isEqualTo(200);
            crowd.send("more of it");
            assertThat(crowd.countOf("HTTP/1.1 408 ")).isEqualTo(3_000);
            assertThat(program.peakMemory()).isLessThan(MOST_MEMORY);
        }
    }
}
