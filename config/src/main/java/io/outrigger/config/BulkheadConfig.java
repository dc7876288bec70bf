package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.WholeNumber;
import java.time.Duration;
import java.util.Optional;

/** A pool of a route's own, or one that the routes with the same name share. Immutable. */
public record BulkheadConfig(int maxConnections, int maxPending, Duration maxWait, Optional<String> name) {
    private static final Key<Integer> MAX_CONNECTIONS = Key.of(
                    "maxConnections", WholeNumber.of(1, 100_000), "Exchanges at once, over the whole process.")
            .or("50");
    private static final Key<Integer> MAX_PENDING = Key.of(
                    "maxPending", WholeNumber.of(0, 1_000_000), "How many may wait, in order; more get 503.")
            .or("100");
    private static final Key<Duration> MAX_WAIT = Key.of(
                    "maxWait", Durations.upTo(Duration.ofHours(24)), "How long each of them waits at most; then 503.")
            .or("50ms");
    private static final Key<Optional<String>> NAME = Key.optional(
            "name",
            Texts.NAME,
            "Routes with the same name share one, and have the same settings; without it, the route's name.");

    static final Block<BulkheadConfig> BLOCK = Block.of(
                    "A pool of connections of a route's own, in place of the upstream's.",
                    v -> new BulkheadConfig(v.get(MAX_CONNECTIONS), v.get(MAX_PENDING), v.get(MAX_WAIT), v.get(NAME)),
                    MAX_CONNECTIONS,
                    MAX_PENDING,
                    MAX_WAIT,
                    NAME)
            .example("""
                    maxConnections: 20
                    maxPending: 10
                    maxWait: 100ms
                    """);

    public BulkheadConfig {
        MAX_CONNECTIONS.check(maxConnections);
        MAX_PENDING.check(maxPending);
        MAX_WAIT.check(maxWait);
    }

    /** The name of the bulkhead of a route that has these settings. */
    public String nameFor(String route) {
        return name.orElse(route);
    }

    boolean sameLimits(BulkheadConfig other) {
        return maxConnections == other.maxConnections
                && maxPending == other.maxPending
                && maxWait.equals(other.maxWait);
    }
}
