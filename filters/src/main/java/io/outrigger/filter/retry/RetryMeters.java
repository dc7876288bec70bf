package io.outrigger.filter.retry;

import io.outrigger.metrics.Counter;

/** Counts the retries of one route. Shared by all loops. */
public final class RetryMeters {
    private final Counter success;
    private final Counter exhausted;
    private final Counter[] denied; // by reason

    RetryMeters(Counter success, Counter exhausted, Counter[] denied) {
        this.success = success;
        this.exhausted = exhausted;
        this.denied = denied;
    }

    /** A request that was sent more than once is over. */
    void ended(int loop, boolean well) {
        (well ? success : exhausted).increment(loop);
    }

    void denied(int loop, Denial reason) {
        denied[reason.ordinal()].increment(loop);
    }
}
