package io.outrigger.proxy.balance;

import io.outrigger.exchange.Request;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets the share of an endpoint that has come to the others grow in a straight line, from a twentieth to all of what
 * its balancer gives it: what it is picked for beyond that goes to those that have been there longer. Shared by all loops.
 */
public final class SlowStart implements Balancer {
    private static final double LEAST = 0.05;
    private static final long FINENESS = 1 << 20;

    private final Balancer balancer;
    private final long nanos;
    private final LongUnaryOperator randomBelow;
    private final LongSupplier nanoTime;

    public SlowStart(Balancer balancer, Duration time, LongUnaryOperator randomBelow, LongSupplier nanoTime) {
        this.balancer = balancer;
        this.nanos = time.toNanos();
        this.randomBelow = randomBelow;
        this.nanoTime = nanoTime;
    }

    @Override
    public @Nullable Endpoint pick(Request request, Endpoint[] among, Predicate<? super Endpoint> avoided) {
        Endpoint first = balancer.pick(request, among, avoided);
        if (first == null || among.length == 1 || !first.standing().fresh()) {
            return first;
        }
        long now = nanoTime.getAsLong();
        double warmth = warmth(first, now);
        double warmest = warmth;
        for (Endpoint endpoint : among) {
            warmest = Math.max(warmest, warmth(endpoint, now));
        }
        if (warmth == warmest || randomBelow.applyAsLong(FINENESS) < warmth / warmest * FINENESS) {
            return first;
        }
        Predicate<Endpoint> cooler = endpoint -> avoided.test(endpoint) || warmth(endpoint, now) <= warmth;
        Endpoint other = balancer.pick(request, among, cooler);
        return other == null || cooler.test(other) ? first : other;
    }

    private double warmth(Endpoint endpoint, long now) {
        return Math.max(LEAST, endpoint.standing().warmth(nanos, now));
    }
}
