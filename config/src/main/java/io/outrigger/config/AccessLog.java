package io.outrigger.config;

/** Which exchanges get an access line. Immutable. */
public sealed interface AccessLog {
    enum Plain implements AccessLog {
        OFF,
        /** Those that failed or were answered with 500 or above. */
        ERRORS,
        ALL
    }

    /** The errors, and this share of the others. */
    record Sampled(Share share) implements AccessLog {}
}
