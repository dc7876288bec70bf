package io.outrigger.filter.fallback;

import io.outrigger.metrics.Counter;

/** Counts the degraded answers of one route. Shared by all loops. */
public final class FallbackMeters {
    private final Counter[] degraded; // by kind

    FallbackMeters(Counter[] degraded) {
        this.degraded = degraded;
    }

    void degraded(int loop, Degraded kind) {
        degraded[kind.ordinal()].increment(loop);
    }
}
