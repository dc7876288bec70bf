package io.outrigger.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.outrigger.config.LoggingConfig;
import io.outrigger.metrics.Metrics;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Each test is a process of its own: java.util.logging is there once in each. */
class LogsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Logs at all levels, by our own logger and a library's, and while the process ends. */
    public static final class Program {
        public static void main(String[] args) {
            Logs logs = Logs.open(new FileOutputStream(FileDescriptor.out), new Metrics(1), InstantSource.system());
            if (args.length > 1) {
                logs.override(LoggingConfig.Level.valueOf(args[1]));
            }
            logs.configure("shop", LoggingConfig.Level.valueOf(args[0]));
            for (String name : new String[] {"io.outrigger.proxy.Main", "io.netty.channel"}) {
                Logger logger = Logger.getLogger(name);
                logger.fine("debug");
                logger.info("info");
                logger.warning("warn");
                logger.severe("error");
            }
            logs.endOverride();
            Logger.getLogger("io.outrigger.proxy.Main").fine("debug again");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                logs.configure("shop", LoggingConfig.Level.INFO);
                Logger.getLogger("io.outrigger.proxy.Main").info("drained");
                logs.close();
            }));
            System.exit(0);
        }
    }

    private static List<JsonNode> run(LoggingConfig.Level... levels) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName()));
        Arrays.stream(levels).map(Enum::name).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            lines.add(JSON.readTree(line));
        }
        assertThat(process.waitFor()).isZero();
        return lines;
    }

    private static List<String> messages(List<JsonNode> lines, String logger) {
        return lines.stream()
                .filter(line -> line.get("logger").asText().startsWith(logger))
                .map(line -> line.get("message").asText())
                .toList();
    }

    @Test
    void everyLineIsJsonAndTheLastOnesAreWrittenWhileTheProcessEnds() throws Exception {
        List<JsonNode> lines = run(LoggingConfig.Level.DEBUG);

        assertThat(messages(lines, "io.outrigger"))
                .containsExactly("debug", "info", "warn", "error", "debug again", "drained");
        assertThat(messages(lines, "io.netty")).containsExactly("info", "warn", "error");
        assertThat(lines).allMatch(line -> line.get("service").asText().equals("shop"));
    }

    @Test
    void anotherLevelOutlivesAReloadUntilItIsEnded() throws Exception {
        assertThat(messages(run(LoggingConfig.Level.DEBUG, LoggingConfig.Level.ERROR), "io.outrigger"))
                .containsExactly("error", "debug again", "drained");
        assertThat(messages(run(LoggingConfig.Level.WARN, LoggingConfig.Level.DEBUG), "io.outrigger"))
                .containsExactly("debug", "info", "warn", "error", "drained");
    }

    @Test
    void linesBelowTheLevelAreNotWritten() throws Exception {
        List<JsonNode> lines = run(LoggingConfig.Level.WARN);

        assertThat(messages(lines, "io.outrigger")).containsExactly("warn", "error", "drained");
        assertThat(messages(lines, "io.netty")).containsExactly("warn", "error");
    }
}
