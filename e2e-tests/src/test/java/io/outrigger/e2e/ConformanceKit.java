package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The kit in {@code conformance/}, run against the finished program. Shared by all threads. */
final class ConformanceKit {
    private static final Path LAUNCHER = Path.of(System.getProperty("outrigger.launcher"));

    private ConformanceKit() {}

    /**
     * The results of these groups, with the same checks in the program as in other tests.
     *
     * @param groups their names, separated by commas
     */
    static JsonNode run(String groups, String... options) throws IOException, InterruptedException {
        return run(
                Map.of("OUTRIGGER_JAVA_OPTS", System.getenv().getOrDefault("OUTRIGGER_JAVA_OPTS", "")),
                groups,
                options);
    }

    /** The same with the checks of production: none that cost memory. */
    static JsonNode runAsInProduction(String groups) throws IOException, InterruptedException {
        return run(Map.of("OUTRIGGER_JAVA_OPTS", ""), groups);
    }

    private static JsonNode run(Map<String, String> environment, String groups, String... options)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(LAUNCHER.resolveSibling("e2e-tests/target/conformance"));
        Path json = folder.resolve(groups + ".json");
        Path out = folder.resolve(groups + ".out");
        Files.deleteIfExists(json);
        ProcessBuilder builder = new ProcessBuilder(
                        "python3",
                        LAUNCHER.resolveSibling("e2e-tests/conformance/run.py").toString(),
                        "--groups",
                        groups,
                        "--json",
                        json.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.command().addAll(List.of(options));
        builder.environment().putAll(environment);
        builder.environment().put("OUTRIGGER", LAUNCHER.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process kit = start(builder);
        try {
            assertThat(kit.waitFor(280, TimeUnit.SECONDS)).as("has ended").isTrue();
        } finally {
            kit.destroy();
        }
        assertThat(json).as("%s", Files.readString(out)).exists();
        return Program.JSON.readTree(json.toFile());
    }

    private static Process start(ProcessBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(
                    "python3 is not on the PATH (expected: 3.9 or newer); install it"
                            + " (Debian, Ubuntu: apt-get install python3; macOS: brew install python3)",
                    e);
        }
    }
}
