package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The image is small, needs next to nothing, and ends without losing a request. */
class ImageTest {
    private static final long MEGABYTE = 1_000_000;
    private static final double MEBIBYTE = 1024 * 1024;

    private final String name = "outrigger-" + UUID.randomUUID();
    private String image;

    @BeforeEach
    @Timeout(900)
    void anImage() throws Exception {
        Engine.orSkip();
        image = Engine.image();
    }

    @Test
    void itIsSmallAndSaysWhatItIs() throws Exception {
        JsonNode told =
                Program.JSON.readTree(Engine.docker("image", "inspect", image)).get(0);
        assertThat(told.path("Size").asLong()).isLessThanOrEqualTo(110 * MEGABYTE);
        JsonNode config = told.path("Config");
        assertThat(config.path("User").asText()).isEqualTo("65532:65532");
        assertThat(config.path("Labels").path("org.opencontainers.image.title").asText())
                .isEqualTo("Outrigger");
        assertThat(config.path("Labels")
                        .path("org.opencontainers.image.licenses")
                        .asText())
                .isEqualTo("Apache-2.0");
        Engine.docker("create", "--name", name, image);
        try {
            Path sbom = Files.createTempFile("sbom", ".json");
            Engine.docker("cp", name + ":/opt/outrigger/sbom.cdx.json", sbom.toString());
            JsonNode bom = Program.JSON.readTree(sbom.toFile());
            assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
            assertThat(bom.path("components").findValuesAsText("name")).contains("netty-buffer", "snakeyaml");
            Path shell = Files.createTempFile("sh", "");
            assertThat(Engine.command("cp", name + ":/bin/sh", shell.toString())
                            .start()
                            .waitFor())
                    .isNotZero();
        } finally {
            remove();
        }
    }

    @Test
    void itProxiesWithoutAnyRightAndIsHealthyInLittleMemory() throws Exception {
        try (var upstream = ScriptedUpstream.echo("service");
                var program = run(upstream.port(), "--health-interval", "1s")) {
            assertThat(program.ask("GET /a HTTP/1.1", "host: a").text()).startsWith("service\nGET /a");
            assertThat(program.awaitMessage("the container has ")
                            .path("message")
                            .asText())
                    .startsWith("the container has 128 MiB of memory, which leaves ");
            assertThat(program.awaitMessage("started ").path("message").asText())
                    .endsWith(" on epoll");
            double most = 0; // with the memory of a healthcheck now and then, which takes a third of a second
            while (!health().path("Status").asText().equals("healthy")
                    || health().path("Log").size() < 4) {
                most = Math.max(most, memory());
            }
            assertThat(most).isBetween(10.0, 70.0);
            assertThat(Engine.command("exec", name, "/bin/sh").start().waitFor())
                    .isNotZero();
            program.terminate();
            assertThat(program.awaitExit()).isZero();
            assertThat(program.err().all()).isEmpty();
        } finally {
            remove();
        }
    }

    /** By the clock; or where others take the core all the time, by what it has taken of that itself, which is more. */
    @Test
    void theFirstRequestIsAnsweredWithin400MillisOnOneCore() throws Exception {
        Duration best = Duration.ofDays(1);
        double leastOfCore = Double.MAX_VALUE; // seconds, with those for the metrics
        for (int i = 0; i < 5 && best.toMillis() > 400; i++) {
            try (var upstream = ScriptedUpstream.echo("service");
                    var program = run(upstream.port(), "--cpus", "1")) {
                assertThat(program.ask("GET /a HTTP/1.1", "host: a").status()).isEqualTo(200);
                Instant answered = Instant.now();
                leastOfCore = Math.min(leastOfCore, cpuSeconds(program));
                var started = Instant.parse(Engine.docker("inspect", "-f", "{{.State.StartedAt}}", name));
                var taken = Duration.between(started, answered);
                best = taken.compareTo(best) < 0 ? taken : best;
                program.terminate();
                assertThat(program.awaitExit()).isZero();
            } finally {
                remove();
            }
        }
        assertThat(Math.min(best.toMillis() / 1000.0, leastOfCore))
                .as("seconds; %s by the clock", best)
                .isLessThanOrEqualTo(0.4);
    }

    private static double cpuSeconds(Program program) throws IOException, InterruptedException {
        return Program.ask(program.telemetryPort(), "GET /metrics HTTP/1.1", "host: localhost")
                .text()
                .lines()
                .filter(line -> line.startsWith("process_cpu_seconds_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void stoppingItUnderLoadLosesNothing() throws Exception {
        try (var upstream = ScriptedUpstream.echo("service");
                var program = run(upstream.port())) {
            var load = Load.on(program.port(), 8);
            load.awaitAnswers(2000);
            var stopping = Engine.command("stop", "--time", "30", name).start();
            program.awaitMessage("draining");
            load.awaitAnswers(2000); // an app goes on for a while, and is the first to end
            load.end();
            assertThat(stopping.waitFor()).isZero();
            assertThat(program.awaitExit()).isZero();
            assertThat(load.lost()).isEmpty();
            assertThat(load.answered()).isGreaterThanOrEqualTo(4000).isEqualTo(load.sent());
            assertThat(upstream.received()).hasSize(load.sent());
        } finally {
            remove();
        }
    }

    @Test
    void stoppingItUnderLoadThatNeverEndsLosesNothing() throws Exception {
        try (var upstream = ScriptedUpstream.echo("service");
                var program = run(upstream.port())) {
            var load = Load.on(program.port(), 8);
            load.awaitAnswers(2000);
            load.mayBeRefused();
            var stopping = Engine.command("stop", "--time", "30", name).start();
            load.awaitRefusal();
            assertThat(stopping.waitFor()).isZero();
            assertThat(program.awaitExit()).isZero();
            assertThat(load.lost()).isEmpty();
            assertThat(load.answered()).isEqualTo(load.sent());
            assertThat(upstream.received()).hasSize(load.sent());
        } finally {
            remove();
        }
    }

    /** Runs it as one should, on the network of the host, with what a test wants besides. */
    private Program run(int upstreamPort, String... more) throws IOException, InterruptedException {
        Path config = Files.setPosixFilePermissions(
                Program.file("""
                        listeners: [{name: outbound, address: "127.0.0.1:0", upstream: service}]
                        telemetry: {address: "127.0.0.1:%d"}
                        upstreams: {service: {endpoints: ["127.0.0.1:%d"]}}
                        """.formatted(freePort(), upstreamPort)), PosixFilePermissions.fromString("rw-r--r--"));
        List<String> line = new ArrayList<>(List.of("run", "--rm", "--name", name, "--network", "host"));
        line.addAll(List.of("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"));
        line.addAll(List.of("--memory", "128m", "-v", config + ":/etc/outrigger/outrigger.yaml:ro"));
        line.addAll(List.of(more));
        line.add(image);
        return Program.runBy(Engine.command(line.toArray(String[]::new)));
    }

    /** The healthcheck has to find it in the file. */
    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private JsonNode health() throws IOException, InterruptedException {
        return Program.JSON.readTree(Engine.docker("inspect", "-f", "{{json .State.Health}}", name));
    }

    /** Of all processes in the container, in MiB: what the kernel holds against its limit, without clean file pages. */
    private double memory() throws IOException, InterruptedException {
        JsonNode told = Program.JSON.readTree(Engine.docker("stats", "--no-stream", "--format", "{{json .}}", name));
        return bytes(told.path("MemUsage").asText().split(" / ", 2)[0]) / MEBIBYTE;
    }

    private static double bytes(String text) {
        double number = Double.parseDouble(text.replaceAll("[^0-9.]", ""));
        return text.endsWith("MiB") ? number * MEBIBYTE : text.endsWith("KiB") ? number * 1024 : number;
    }

    private void remove() throws IOException, InterruptedException {
        Engine.command("rm", "--force", name).start().waitFor();
    }
}
