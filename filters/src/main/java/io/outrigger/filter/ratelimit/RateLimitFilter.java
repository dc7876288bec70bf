package io.outrigger.filter.ratelimit;

import io.outrigger.config.RateLimitConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;

/** Answers 429 for what comes faster than its route allows. Immutable. */
public final class RateLimitFilter implements Filter {
    private final RateLimitConfig config;
    private final RouteBuckets buckets;
    private final Rejections rejections;

    /** @param buckets outlive snapshots */
    public RateLimitFilter(RateLimitConfig config, RouteBuckets buckets, Rejections rejections) {
        this.config = config;
        this.buckets = buckets;
        this.rejections = rejections;
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        long now = exchange.nanoTime();
        long waitNanos = buckets.of(request.headers(), now).tryTake(config, now);
        return waitNanos == 0 ? next.send(exchange, request) : Reply.failed(rejections.of(exchange, waitNanos));
    }
}
