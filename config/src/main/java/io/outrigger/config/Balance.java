package io.outrigger.config;

/** How the endpoint of an attempt is chosen. Immutable. */
public sealed interface Balance {
    enum Plain implements Balance {
        ROUND_ROBIN,
        /** The better of two drawn ones, by requests in flight over weight. */
        LEAST_REQUEST,
        RANDOM,
        /** The better of two drawn ones, by decaying peak of latency times requests in flight. */
        PEAK_EWMA
    }

    /** The same value of the header goes to the same endpoint, as long as that one is there. */
    record RingHash(String header) implements Balance {}
}
