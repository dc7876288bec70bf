package io.outrigger.filter.circuitbreaker;

/**
 * How a circuit is at one moment. Immutable.
 *
 * @param name what it belongs to, for people
 * @param forced whether an operator said so
 * @param refusesForNanos how long it refuses for certain; 0 when it does not, or nobody knows
 * @param calls in its window; 0 unless it is closed, as the following ones
 */
public record CircuitReport(
        String name,
        Phase phase,
        boolean forced,
        long refusesForNanos,
        long calls,
        long failures,
        long slow,
        int failuresInRow) {}
