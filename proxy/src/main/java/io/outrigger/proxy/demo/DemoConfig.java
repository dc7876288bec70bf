package io.outrigger.proxy.demo;

import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The configuration of the demonstration, a file like any other. Immutable. */
public final class DemoConfig {
    private static final String FILE = "demo.yaml";

    private DemoConfig() {}

    /** For people to start from. */
    public static String text() {
        return new String(content(), StandardCharsets.UTF_8);
    }

    /** Read for these ports. */
    public static ReadResult.Ok read(int port, int adminPort, int steadyPort, int moodyPort) {
        Map<String, String> variables = Map.of(
                "PORT", "" + port,
                "ADMIN_PORT", "" + adminPort,
                "STEADY_PORT", "" + steadyPort,
                "MOODY_PORT", "" + moodyPort);
        return switch (ConfigReader.read(FILE, content(), variables::get)) {
            case ReadResult.Ok ok -> ok;
            case ReadResult.Broken broken -> throw new IllegalStateException(String.valueOf(broken.problems()));
        };
    }

    private static byte[] content() {
        try (InputStream in = DemoConfig.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing in the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
