package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The container engine of this machine, by its command {@code docker}. A machine without one skips the tests that ask
 * for it, and says so; with {@code OUTRIGGER_REQUIRE_DOCKER=1} in the environment they fail. Shared by all threads.
 */
final class Engine {
    private static final int PATIENCE_SECONDS = 5; // to say that it is there
    private static @Nullable String absence; // why it is not there; empty when it is
    private static @Nullable String image;

    private Engine() {}

    /** Leaves the test when there is none. */
    static synchronized void orSkip() throws IOException, InterruptedException {
        if (absence == null) {
            absence = ask();
        }
        if (!absence.isEmpty()) {
            lacks("no container engine: docker info " + absence);
        }
    }

    /** Leaves the test because the engine cannot do what it takes; fails it where one was asked for. */
    static void lacks(String why) {
        assertThat(System.getenv("OUTRIGGER_REQUIRE_DOCKER")).as(why).isNotEqualTo("1");
        Assumptions.abort(why);
    }

    private static String ask() throws InterruptedException {
        try {
            var process = new ProcessBuilder("docker", "info")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "does not answer";
            }
            return process.exitValue() == 0 ? "" : "ends with " + process.exitValue();
        } catch (IOException e) {
            return "cannot be run";
        }
    }

    /** The image of this checkout, built once; or the one that {@code OUTRIGGER_IMAGE} names. */
    static synchronized String image() throws IOException, InterruptedException {
        if (image == null) {
            String given = System.getenv("OUTRIGGER_IMAGE");
            image = given == null ? docker("build", "--quiet", Dockerfile.CHECKOUT.toString()) : given;
        }
        return image;
    }

    /** What the command writes to stdout, without the end of its last line; it has to end well. */
    static String docker(String... arguments) throws IOException, InterruptedException {
        var process =
                command(arguments).redirectError(ProcessBuilder.Redirect.PIPE).start();
        var complaints = new Lines(process.errorReader());
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("docker %s: %s", List.of(arguments), complaints.all())
                .isZero();
        return said.strip();
    }

    static ProcessBuilder command(String... arguments) {
        List<String> line = new ArrayList<>(List.of("docker"));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line);
    }
}
