package io.outrigger.proxy.route;

import io.outrigger.exchange.BufferBudget;
import io.outrigger.filter.concurrency.ConcurrencyMetrics;
import io.outrigger.filter.fallback.FallbackMetrics;
import io.outrigger.filter.hedge.HedgeMetrics;
import io.outrigger.filter.retry.RetryMetrics;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * What the filters of all routes take from their process. Immutable; what is in it is shared by all loops, but for
 * {@code kept} and what follows it up to {@code keys}, which are for compiling only.
 *
 * @param kept the state that outlives this snapshot
 * @param slos of the routes, as they are compiled
 * @param circuits likewise
 * @param bulkheads likewise
 * @param rateLimits likewise
 * @param faults likewise
 * @param keys likewise
 * @param buffers for the bodies that are kept in case they are sent again
 * @param heap what all stores in memory may take together
 * @param randomBelow is given a bound above all it returns
 * @param nanoTime the clock that the loops go by
 * @param wallClock for dates in headers
 */
public record Supplies(
        Kept kept,
        Slos slos,
        Circuits circuits,
        Bulkheads bulkheads,
        RateLimits rateLimits,
        Faults faults,
        Keys keys,
        BufferBudget buffers,
        BufferBudget heap,
        RetryMetrics retryMetrics,
        ConcurrencyMetrics concurrencyMetrics,
        HedgeMetrics hedgeMetrics,
        FallbackMetrics fallbackMetrics,
        LongUnaryOperator randomBelow,
        LongSupplier nanoTime,
        InstantSource wallClock) {}
