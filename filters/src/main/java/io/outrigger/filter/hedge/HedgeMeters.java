package io.outrigger.filter.hedge;

import io.outrigger.metrics.Counter;

/** Counts the hedges of one route. Shared by all loops. */
public final class HedgeMeters {
    private final Counter won;
    private final Counter lost;

    HedgeMeters(Counter won, Counter lost) {
        this.won = won;
        this.lost = lost;
    }

    void ended(int loop, boolean well) {
        (well ? won : lost).increment(loop);
    }
}
