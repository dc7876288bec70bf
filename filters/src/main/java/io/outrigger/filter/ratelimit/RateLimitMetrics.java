package io.outrigger.filter.ratelimit;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Shows the buckets of rate limits; what they reject is counted with the other failures. Shared by all loops. */
public final class RateLimitMetrics {
    private final Family<Reading> tokens;
    private final Family<Reading> callers;
    private final Family<Reading> forgotten;
    private final Family<Counter> locally;

    public RateLimitMetrics(Metrics metrics) {
        tokens = metrics.gauges(
                "outrigger_rate_limit_tokens", "Requests that would be let in at once, where all share them.", "route");
        callers = metrics.gauges(
                "outrigger_rate_limit_callers", "Callers of all routes whose bucket of their own is not full.");
        forgotten = metrics.readCounters(
                "outrigger_rate_limit_forgotten_total",
                "Buckets of callers that were given up before they were full, because there were too many.");
        locally = metrics.counters(
                "outrigger_rate_limit_local_total",
                "Requests that were judged by this process alone, because the store could not be asked.",
                "route");
    }

    /** Counts what a route with a store has decided without it. */
    public Counter locally(String route) {
        return locally.with(route);
    }

    /** Shows the tokens of a route that has one bucket. */
    public void show(String route, DoubleSupplier tokensNow) {
        tokens.put(new Reading(tokensNow), route);
    }

    /** Shows the buckets of callers. */
    public void show(KeyedBuckets buckets, LongSupplier nanoTime) {
        callers.put(new Reading(() -> buckets.used(nanoTime.getAsLong())));
        forgotten.put(new Reading(buckets::forgotten));
    }

    /**
     * Forgets other routes than these, which have one bucket, or a store.
     *
     * @param keyed whether there are buckets of callers
     */
    public void retain(Set<String> routes, Set<String> shared, boolean keyed) {
        locally.retire(labels -> !shared.contains(labels.getFirst()));
        tokens.retire(labels -> !routes.contains(labels.getFirst()));
        callers.retire(_ -> !keyed);
        forgotten.retire(_ -> !keyed);
    }
}
