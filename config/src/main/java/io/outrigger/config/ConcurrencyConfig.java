package io.outrigger.config;

/** A limit on requests in flight that follows the observed latency. Immutable. */
public record ConcurrencyConfig(Algorithm algorithm, int min, int max) {
    /** How the limit is found. */
    public enum Algorithm {
        GRADIENT
    }
}
