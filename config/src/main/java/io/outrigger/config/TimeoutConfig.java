package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import java.time.Duration;
import java.util.Optional;

/** How long the whole exchange, one attempt, and silence may last. Immutable. */
public record TimeoutConfig(Duration request, Optional<Duration> attempt, Duration idle) {
    private static final Durations TIME = Durations.upTo(Duration.ofHours(24));

    private static final Key<Duration> REQUEST = Key.of(
                    "request", TIME, "From the request's head to the last byte of the response, all attempts included.")
            .or("30s");
    private static final Key<Optional<Duration>> ATTEMPT =
            Key.optional("attempt", TIME, "From the end of the request to the head of the response, for each attempt.");
    private static final Key<Duration> IDLE =
            Key.of("idle", TIME, "No byte either way.").or("60s");

    static final Block<TimeoutConfig> BLOCK = Block.of(
                    "How long the whole exchange, one attempt, and silence may last.",
                    v -> new TimeoutConfig(v.get(REQUEST), v.get(ATTEMPT), v.get(IDLE)),
                    REQUEST,
                    ATTEMPT,
                    IDLE)
            .example("""
                    request: 2s
                    attempt: 600ms
                    """);

    public TimeoutConfig {
        REQUEST.check(request);
        ATTEMPT.check(attempt);
        IDLE.check(idle);
    }

    public static TimeoutConfig defaults() {
        return BLOCK.ofDefaults();
    }
}
