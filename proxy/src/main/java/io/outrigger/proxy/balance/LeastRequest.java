package io.outrigger.proxy.balance;

import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * The better of two by attempts in flight over weight, where those that failed of late count as if they still were: what
 * fails fast is idle for the wrong reason. Shared by all loops.
 */
final class LeastRequest extends TwoChoices {
    private final LongSupplier nanoTime;

    LeastRequest(LongUnaryOperator randomBelow, LongSupplier nanoTime) {
        super(randomBelow);
        this.nanoTime = nanoTime;
    }

    @Override
    Endpoint better(Endpoint one, Endpoint other, double meanWeight) {
        if (one.failures().any() || other.failures().any()) {
            long now = nanoTime.getAsLong();
            return load(other, now) * one.weight() < load(one, now) * other.weight() ? other : one;
        }
        return (long) other.inFlight() * one.weight() < (long) one.inFlight() * other.weight() ? other : one;
    }

    private static double load(Endpoint endpoint, long now) {
        return endpoint.inFlight() + endpoint.failures().at(now);
    }
}
