package io.outrigger.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Counts what happens on any thread, and not once per request. Shared by all loops. */
public final class SharedCounter implements Series {
    private final LongAdder count = new LongAdder();

    public void increment() {
        count.increment();
    }

    public void add(long amount) {
        count.add(amount);
    }

    public long total() {
        return count.sum();
    }
}
