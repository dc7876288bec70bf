package io.outrigger.config;

import java.time.Duration;

/** The pause before another attempt: doubling from base, capped, then drawn. Immutable. */
public record BackoffConfig(Duration base, Duration max, Jitter jitter) {
    /** How the pause is drawn. */
    public enum Jitter {
        FULL,
        EQUAL,
        DECORRELATED,
        NONE
    }
}
