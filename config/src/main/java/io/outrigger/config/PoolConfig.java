package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.WholeNumber;
import java.time.Duration;

/** How many connections an upstream gets, how long one waits for a free one, and when they are given up. Immutable. */
public record PoolConfig(
        int maxConnections,
        int maxPending,
        Duration maxWait,
        Duration idleTimeout,
        int maxRequests, // 0 = no limit
        Duration maxLifetime) { // zero = no limit

    private static final Duration LONGEST = Duration.ofHours(24);

    private static final Key<Integer> MAX_CONNECTIONS = Key.of(
                    "maxConnections",
                    WholeNumber.of(1, 100_000),
                    "Connections of the whole process, idle ones counted.")
            .or("256");
    private static final Key<Integer> MAX_PENDING = Key.of(
                    "maxPending", WholeNumber.of(0, 1_000_000), "Requests that may wait for one; more get 503.")
            .or("64");
    private static final Key<Duration> MAX_WAIT = Key.of(
                    "maxWait", Durations.upTo(LONGEST), "How long each of them waits at most; then 503.")
            .or("50ms");
    private static final Key<Duration> IDLE_TIMEOUT = Key.of(
                    "idleTimeout",
                    Durations.upTo(LONGEST),
                    "Idle connections are closed then; best below what the server does.")
            .or("3s");
    private static final Key<Integer> MAX_REQUESTS = Key.of(
                    "maxRequests", WholeNumber.of(0, 1_000_000_000), "Requests of one connection; 0 is no limit.")
            .or("0");
    private static final Key<Duration> MAX_LIFETIME = Key.of(
                    "maxLifetime",
                    Durations.fromZeroUpTo(Duration.ofDays(30)),
                    "How old a connection gets before it is used for no new request; 0s is no limit.")
            .or("0s");

    static final Block<PoolConfig> BLOCK = Block.of(
                    "How many connections an upstream gets, how long one waits for a free one, and when they are given up.",
                    v -> new PoolConfig(
                            v.get(MAX_CONNECTIONS),
                            v.get(MAX_PENDING),
                            v.get(MAX_WAIT),
                            v.get(IDLE_TIMEOUT),
                            v.get(MAX_REQUESTS),
                            v.get(MAX_LIFETIME)),
                    MAX_CONNECTIONS,
                    MAX_PENDING,
                    MAX_WAIT,
                    IDLE_TIMEOUT,
                    MAX_REQUESTS,
                    MAX_LIFETIME)
            .example("""
                    maxConnections: 50
                    maxPending: 10
                    maxWait: 20ms
                    idleTimeout: 30s                 # less than the upstream's own
                    """);

    public PoolConfig {
        MAX_CONNECTIONS.check(maxConnections);
        MAX_PENDING.check(maxPending);
        MAX_WAIT.check(maxWait);
        IDLE_TIMEOUT.check(idleTimeout);
        MAX_REQUESTS.check(maxRequests);
        MAX_LIFETIME.check(maxLifetime);
    }

    public static PoolConfig defaults() {
        return BLOCK.ofDefaults();
    }
}
