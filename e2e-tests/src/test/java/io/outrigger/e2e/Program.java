package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The finished program as a process of its own, started by the launcher. Shared by all threads. */
final class Program implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int REQUESTS_THAT_SHOW_A_LEAK = 20;

    private final Process process;
    private final Lines out;
    private final Lines err;

    private Program(Process process) {
        this.process = process;
        this.out = new Lines(process.inputReader());
        this.err = new Lines(process.errorReader());
    }

    /** Runs it with this configuration, and waits until it serves. */
    static Program run(String yaml) throws IOException, InterruptedException {
        return runFile(file(yaml));
    }

    /** The same with a file that the test goes on to change. */
    static Program runFile(Path file) throws IOException, InterruptedException {
        return start("run", "-c", file.toString()).awaitStart();
    }

    /** The same with the checks of production: none that cost memory. */
    static Program runAsInProduction(String yaml) throws IOException, InterruptedException {
        ProcessBuilder builder = command("run", "-c", file(yaml).toString());
        builder.environment().remove("OUTRIGGER_JAVA_OPTS");
        return new Program(builder.start()).awaitStart();
    }

    /** The same with another flag for its JVM; empty for none. */
    static Program runWith(String flag, String yaml) throws IOException, InterruptedException {
        ProcessBuilder builder = command("run", "-c", file(yaml).toString());
        builder.environment().merge("OUTRIGGER_JAVA_OPTS", flag, (usual, more) -> usual + " " + more);
        return new Program(builder.start()).awaitStart();
    }

    /** The same by another command than the launcher, which ends with that of the program. */
    static Program runBy(ProcessBuilder command) throws IOException, InterruptedException {
        return new Program(command.start()).awaitStart();
    }

    private Program awaitStart() throws InterruptedException {
        try {
            awaitMessage("started ");
            return this;
        } catch (AssertionError e) {
            close();
            throw new AssertionError(String.join("\n", err.all()), e);
        }
    }

    static Program start(String... arguments) throws IOException {
        return new Program(command(arguments).start());
    }

    /** A file with this text, which goes when the tests end. */
    static Path file(String text) throws IOException {
        Path file = Files.createTempFile("outrigger", ".yaml");
        file.toFile().deleteOnExit();
        return Files.writeString(file, text);
    }

    private static ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("outrigger.launcher")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    long pid() {
        return process.pid();
    }

    Lines out() {
        return out;
    }

    Lines err() {
        return err;
    }

    /** The port of the listener {@code outbound}. */
    int port() throws InterruptedException {
        return port("outbound");
    }

    int port(String listener) throws InterruptedException {
        return portBehind("listener " + listener + " accepts at 127.0.0.1:");
    }

    int adminPort() throws InterruptedException {
        return portBehind("admin answers at 127.0.0.1:");
    }

    int telemetryPort() throws InterruptedException {
        return portBehind("telemetry answers at 127.0.0.1:");
    }

    private int portBehind(String text) throws InterruptedException {
        return Integer.parseInt(awaitMessage(text).path("message").asText().substring(text.length()));
    }

    /** The log line whose message begins so. */
    JsonNode awaitMessage(String beginning) throws InterruptedException {
        return json(out.await(line -> json(line).path("message").asText().startsWith(beginning)));
    }

    /** The access line of the exchange with this id. All its metrics have been counted then. */
    JsonNode awaitAccess(String requestId) throws InterruptedException {
        return json(out.await(line -> json(line).path("correlation_id").asText().equals(requestId)));
    }

    static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request without a body on a connection of its own, and returns the whole response. */
    Message ask(String... lines) throws IOException, InterruptedException {
        return ask(port(), lines);
    }

    static Message ask(int port, String... lines) throws IOException {
        try (Wire wire = Wire.to(port)) {
            return wire.head(lines).response();
        }
    }

    Message admin(String path) throws IOException, InterruptedException {
        return ask(adminPort(), "GET " + path + " HTTP/1.1", "host: localhost", "connection: close");
    }

    /** Waits until the series of this name with these labels add up to no more than this. */
    void awaitMetricAtMost(double value, String name, String... labels) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (series(name, labels) > value) {
            assertThat(System.nanoTime())
                    .as("%s%s falls to %s", name, Arrays.asList(labels), value)
                    .isLessThan(until);
        }
    }

    /** Waits until the series of this name with these labels add up to this much. */
    void awaitMetricAtLeast(double value, String name, String... labels) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (series(name, labels) < value) {
            assertThat(System.nanoTime())
                    .as("%s%s reaches %s", name, Arrays.asList(labels), value)
                    .isLessThan(until);
        }
    }

    /** The sum of the series of this name with all of these labels, each written {@code name="value"}. */
    double series(String name, String... labels) throws IOException, InterruptedException {
        return admin("/metrics")
                .text()
                .lines()
                .filter(line ->
                        line.startsWith(name + "{") && Arrays.stream(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Asks it to end, as Kubernetes does. */
    void terminate() {
        process.toHandle().destroy(); // that of the process itself would also close what we read
    }

    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("has ended").isTrue();
        return process.exitValue();
    }

    /** The largest amount of memory that it ever had, in bytes. */
    long peakMemory() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                .filter(one -> one.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }

    void collectGarbage() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process collect = new ProcessBuilder(jcmd, "" + pid(), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(collect.waitFor()).isZero();
    }

    /** Ends a program that serves, and looks whether it lost a buffer, complained, or exits with anything but 0. */
    void endsWell() throws IOException, InterruptedException {
        try {
            showLeaks();
            terminate();
            int exit = awaitExit();
            assertThat(out.all()).noneMatch(line -> line.contains("LEAK"));
            assertThat(err.all()).isEmpty();
            assertThat(exit).isZero();
        } finally {
            close();
        }
    }

    /** A lost buffer is noticed when the garbage is collected, and told when the next buffers are made. */
    private void showLeaks() throws IOException, InterruptedException {
        collectGarbage();
        try (Wire wire = Wire.to(port())) {
            for (int i = 0; i < REQUESTS_THAT_SHOW_A_LEAK; i++) {
                wire.head("OPTIONS * HTTP/1.1", "host: a", "max-forwards: 0").response();
            }
        }
    }

    /** Ends it, however it is. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
