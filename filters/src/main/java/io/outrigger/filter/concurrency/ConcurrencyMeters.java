package io.outrigger.filter.concurrency;

import io.outrigger.metrics.Counter;

/** Counts what one route has shed, by priority. Shared by all loops. */
public final class ConcurrencyMeters {
    private final Counter[] shed;

    ConcurrencyMeters(Counter[] shed) {
        this.shed = shed;
    }

    void shed(int loop, int priority) {
        shed[priority].increment(loop);
    }
}
