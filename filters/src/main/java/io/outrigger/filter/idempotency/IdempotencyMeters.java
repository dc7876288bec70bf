package io.outrigger.filter.idempotency;

import io.outrigger.metrics.Counter;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of requests with keys, on one route. Shared by all loops. */
public final class IdempotencyMeters {
    private final Counter[] results;
    private final LongAdder unfinished;

    IdempotencyMeters(Counter[] results, LongAdder unfinished) {
        this.results = results;
        this.unfinished = unfinished;
    }

    void count(int loop, Result result) {
        results[result.ordinal()].increment(loop);
    }

    /** Something goes on although its client has been answered or has left. */
    void goesOn() {
        unfinished.increment();
    }

    /** It does not any more. */
    void over() {
        unfinished.decrement();
    }
}
