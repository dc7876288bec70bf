package io.outrigger.config;

import java.time.Duration;

/** How long a stopping process goes on serving. Immutable. */
public record DrainConfig(Duration minimum, Duration quiet, Duration timeout) {
    public static DrainConfig defaults() {
        return new DrainConfig(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(25));
    }
}
