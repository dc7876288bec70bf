package io.outrigger.proxy.balance;

import io.outrigger.exchange.Request;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The better of two that are drawn, by attempts in flight over weight (Mitzenmacher, The Power of Two Choices in
 * Randomized Load Balancing, 2001). Where weights differ both are drawn by weight, so that what is idle gets its
 * share, and the heaviest may meet itself: a light one that is idle must not take every second attempt from it.
 * Shared by all loops.
 */
final class LeastRequest implements Balancer {
    private final LongUnaryOperator randomBelow;
    private final WeightedRandom random;

    LeastRequest(LongUnaryOperator randomBelow) {
        this.randomBelow = randomBelow;
        this.random = new WeightedRandom(randomBelow);
    }

    @Override
    public @Nullable Endpoint pick(Request request, Endpoint[] among, Predicate<? super Endpoint> avoided) {
        if (among.length > 1 && avoided == NONE && random.even(among)) {
            int one = (int) randomBelow.applyAsLong(among.length);
            int other = (int) randomBelow.applyAsLong(among.length - 1);
            return better(among[one], among[other < one ? other : other + 1]);
        }
        Endpoint one = random.draw(among, avoided);
        Endpoint other = random.draw(among, avoided);
        return one == null || other == null ? one : better(one, other);
    }

    /** The first when they are equal. */
    private static Endpoint better(Endpoint one, Endpoint other) {
        return (long) other.inFlight() * one.weight() < (long) one.inFlight() * other.weight() ? other : one;
    }
}
