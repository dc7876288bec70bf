package io.outrigger.proxy.demo;

import java.util.concurrent.TimeUnit;

/** What came of some requests. Shared by all loops. */
final class Tally {
    private int ended; // guarded by this, like the others
    private int fine;
    private long slowestNanos;

    synchronized void add(boolean isFine, long nanos) {
        ended++;
        fine += isFine ? 1 : 0;
        slowestNanos = Math.max(slowestNanos, nanos);
    }

    @Override
    public synchronized String toString() {
        return fine + " of " + ended + " fine, the slowest took " + TimeUnit.NANOSECONDS.toMillis(slowestNanos) + " ms";
    }
}
