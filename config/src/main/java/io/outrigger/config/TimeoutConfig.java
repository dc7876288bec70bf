package io.outrigger.config;

import java.time.Duration;
import java.util.Optional;

/** How long the whole exchange, one attempt, and silence may last. Immutable. */
public record TimeoutConfig(Duration request, Optional<Duration> attempt, Duration idle) {
    public static TimeoutConfig defaults() {
        return new TimeoutConfig(Duration.ofSeconds(30), Optional.empty(), Duration.ofSeconds(60));
    }
}
