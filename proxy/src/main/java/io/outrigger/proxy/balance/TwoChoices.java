package io.outrigger.proxy.balance;

import io.outrigger.exchange.Request;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The better of two that are drawn (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 2001). Where
 * weights differ both are drawn by weight, so that what is idle gets its share, and the heaviest may meet itself: a
 * light one that is idle must not take every second attempt from it. Shared by all loops.
 */
abstract class TwoChoices implements Balancer {
    private final LongUnaryOperator randomBelow;
    private final WeightedRandom random;

    TwoChoices(LongUnaryOperator randomBelow) {
        this.randomBelow = randomBelow;
        this.random = new WeightedRandom(randomBelow);
    }

    /**
     * The one that the next attempt should go to; the first when they are equal.
     *
     * @param meanWeight of all endpoints there are
     */
    abstract Endpoint better(Endpoint one, Endpoint other, double meanWeight);

    @Override
    public final @Nullable Endpoint pick(Request request, Endpoint[] among, Predicate<? super Endpoint> avoided) {
        if (among.length <= 1) {
            return among.length == 0 ? null : among[0];
        }
        if (avoided == NONE && random.even(among)) {
            int one = (int) randomBelow.applyAsLong(among.length);
            int other = (int) randomBelow.applyAsLong(among.length - 1);
            return better(among[one], among[other < one ? other : other + 1], among[one].weight());
        }
        Endpoint one = random.draw(among, avoided);
        Endpoint other = random.draw(among, avoided);
        return one == null || other == null || one == other ? one : better(one, other, random.meanWeight(among));
    }
}
