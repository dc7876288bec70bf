package io.outrigger.proxy.balance;

import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * The better of two by how slow they were, times the attempts that would be in flight there with this one: those of a
 * heavier endpoint count for less. What has not answered yet is tried at once, and then held for slow until it has.
 * Shared by all loops.
 */
final class PeakEwma extends TwoChoices {
    private static final double UNKNOWN_MICROS = 1_000_000; // much slower than what is well, and better than a failure

    private final LongSupplier nanoTime;

    PeakEwma(LongUnaryOperator randomBelow, LongSupplier nanoTime) {
        super(randomBelow);
        this.nanoTime = nanoTime;
    }

    @Override
    Endpoint better(Endpoint one, Endpoint other, double meanWeight) {
        long now = nanoTime.getAsLong();
        return load(other, meanWeight, now) < load(one, meanWeight, now) ? other : one;
    }

    private static double load(Endpoint endpoint, double meanWeight, long now) {
        double inFlight = endpoint.inFlight() * meanWeight / endpoint.weight();
        double latency = endpoint.latency().microsAt(now);
        if (latency == 0) {
            return inFlight == 0 ? 0 : UNKNOWN_MICROS * (inFlight + 1);
        }
        return latency * (inFlight + 1);
    }
}
