package io.outrigger.filter.circuitbreaker;

/**
 * What a circuit is in. Whoever is let through keeps the state that let it through as its permit: should the circuit
 * have gone on since, the permit counts nowhere. Shared by all loops.
 */
sealed interface State permits Closed, HalfOpen, Open, Forced {
    Phase phase();

    /** Whether it lets nobody through before some time has passed, and so needs no lock to refuse. */
    boolean refuses(long now);

    /** How long it refuses for certain; 0 where nobody knows. */
    long refusesForNanos(long now);
}
