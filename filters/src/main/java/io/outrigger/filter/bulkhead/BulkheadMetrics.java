package io.outrigger.filter.bulkhead;

import io.outrigger.metrics.Buckets;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Histogram;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.List;
import java.util.Set;

/** Shows the bulkheads. Shared by all loops. */
public final class BulkheadMetrics {
    private final Family<Reading> inUse;
    private final Family<Reading> pending;
    private final Family<Reading> limit;
    private final Family<Counter> refused;
    private final Family<Histogram> waits;

    public BulkheadMetrics(Metrics metrics) {
        inUse = metrics.gauges("outrigger_bulkhead_in_use", "Slots that are taken.", "bulkhead");
        pending = metrics.gauges("outrigger_bulkhead_pending", "Requests that wait for a slot.", "bulkhead");
        limit = metrics.gauges("outrigger_bulkhead_limit", "Slots that there are.", "bulkhead");
        refused = metrics.counters(
                "outrigger_bulkhead_refused_total", "Requests that got no slot and were refused.", "bulkhead");
        waits = metrics.histograms(
                "outrigger_bulkhead_wait_seconds",
                "Time that requests waited for their slot; of those that got one.",
                Buckets.DURATIONS,
                "bulkhead");
    }

    /** The same bulkhead gives the same counters. */
    public BulkheadMeters meters(String bulkhead) {
        return new BulkheadMeters(refused.with(bulkhead), waits.with(bulkhead));
    }

    /** Shows these slots as those of the bulkhead. */
    public void show(String bulkhead, Slots slots) {
        inUse.put(new Reading(slots::taken), bulkhead);
        pending.put(new Reading(slots::waiting), bulkhead);
        limit.put(new Reading(slots::limit), bulkhead);
    }

    /** Forgets other bulkheads than these. */
    public void retain(Set<String> bulkheads) {
        for (Family<?> family : List.of(inUse, pending, limit, refused, waits)) {
            family.retire(labels -> !bulkheads.contains(labels.getFirst()));
        }
    }
}
