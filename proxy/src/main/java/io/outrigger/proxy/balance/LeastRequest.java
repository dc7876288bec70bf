package io.outrigger.proxy.balance;

import java.util.function.LongUnaryOperator;

/** The better of two by attempts in flight over weight. Shared by all loops. */
final class LeastRequest extends TwoChoices {
    LeastRequest(LongUnaryOperator randomBelow) {
        super(randomBelow);
    }

    @Override
    Endpoint better(Endpoint one, Endpoint other, double meanWeight) {
        return (long) other.inFlight() * one.weight() < (long) one.inFlight() * other.weight() ? other : one;
    }
}
