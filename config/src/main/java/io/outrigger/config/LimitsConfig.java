package io.outrigger.config;

import java.time.Duration;

/** What one listener takes from its clients, in number, size and time. Immutable. */
public record LimitsConfig(
        int connections,
        DataSize headerBytes,
        int headerCount,
        DataSize uriBytes,
        Duration headTimeout,
        Duration idleTimeout,
        Duration bodyIdleTimeout) {

    public static LimitsConfig defaults() {
        return new LimitsConfig(
                10_000,
                DataSize.ofKiB(32),
                100,
                DataSize.ofKiB(8),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60));
    }
}
