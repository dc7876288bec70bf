package io.outrigger.config;

import java.time.Duration;

/** How many connections an upstream gets, how long one waits for a free one, and when they are given up. Immutable. */
public record PoolConfig(
        int maxConnections,
        int maxPending,
        Duration maxWait,
        Duration idleTimeout,
        int maxRequests, // 0 = no limit
        Duration maxLifetime) { // zero = no limit

    public static PoolConfig defaults() {
        return new PoolConfig(256, 64, Duration.ofMillis(50), Duration.ofSeconds(3), 0, Duration.ZERO);
    }
}
