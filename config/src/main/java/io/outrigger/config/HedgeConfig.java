package io.outrigger.config;

import java.time.Duration;

/** After how long without an answer another attempt starts besides. Immutable. */
public record HedgeConfig(Delay after, int attempts) {
    /** Immutable. */
    public sealed interface Delay {
        record Fixed(Duration delay) implements Delay {}

        enum Observed implements Delay {
            P95
        }
    }
}
