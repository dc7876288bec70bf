package io.outrigger.filter.bulkhead;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Histogram;

/** Counts what becomes of those who want a slot of one bulkhead. Shared by all loops. */
public final class BulkheadMeters {
    private final Counter refused;
    private final Histogram waits;

    BulkheadMeters(Counter refused, Histogram waits) {
        this.refused = refused;
        this.waits = waits;
    }

    /** A call has a slot, and has waited that long for it. */
    void got(int loop, long waitedNanos) {
        waits.record(loop, waitedNanos);
    }

    void refused(int loop) {
        refused.increment(loop);
    }
}
