package io.outrigger.filter.slo;

import io.outrigger.metrics.Counter;
import java.time.Duration;

/**
 * How the exchanges of one route went, over the last three days. Outlives snapshots. Loops count without a lock, but for
 * the first exchange in each 5 s. Shared by all loops.
 */
public final class ServiceLevel {
    private final Counter all;
    private final Counter bad;
    private final Counter slow;
    private final History history; // guarded by this
    private volatile long nextNanos;

    public ServiceLevel(int loops, long now) {
        this.all = new Counter(loops);
        this.bad = new Counter(loops);
        this.slow = new Counter(loops);
        this.history = new History(now);
        this.nextNanos = history.nextNanos();
    }

    /**
     * An exchange has ended. To be called on the loop of that index.
     *
     * @param fast whether it took less than was promised
     */
    void count(int loop, boolean good, boolean fast, long now) {
        if (now - nextNanos >= 0) {
            keep(now);
        }
        all.increment(loop);
        if (!good) {
            bad.increment(loop);
        }
        if (!good || !fast) {
            slow.increment(loop);
        }
    }

    private synchronized void keep(long now) {
        history.keep(counts(), now);
        nextNanos = history.nextNanos();
    }

    /** Since the route has its promise. From any thread. */
    Counts counts() {
        long failed = bad.total();
        long late = slow.total();
        return new Counts(Math.max(all.total(), Math.max(failed, late)), failed, late); // loops go on meanwhile
    }

    /** Within a window up to now, or since the beginning where that is later. From any thread. */
    synchronized Counts within(Duration window, long now) {
        Counts within = history.within(window, counts(), now);
        nextNanos = history.nextNanos();
        return within;
    }
}
