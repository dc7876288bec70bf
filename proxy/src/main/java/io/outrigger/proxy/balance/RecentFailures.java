package io.outrigger.proxy.balance;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often an endpoint has failed of late: each failure counts one, which sinks by 63 % in 10 s. Shared by all loops.
 *
 * <p>The value and its time are one word, as those of {@link PeakLatency} are.
 */
final class RecentFailures {
    private static final double TAU_MILLIS = 10_000;
    private static final double NONE = 0.05; // less is as good as never
    private static final float MOST = 100; // half of them are forgotten in 7 s, whatever came at once

    private static final int LONG_AGO_MILLIS = -60_000; // no loop is that far behind: the count has wrapped around

    private final AtomicLong word = new AtomicLong(); // a float, then milliseconds; 0 when there was none

    void add(long now) {
        int time = millis(now);
        long seen;
        long next;
        do {
            seen = word.get();
            float count = (float) Math.min(MOST, left(seen, time) + 1);
            next = (long) Float.floatToRawIntBits(count) << 32 | time & 0xFFFF_FFFFL;
        } while (!word.compareAndSet(seen, next));
    }

    /** Whether there has ever been one. */
    boolean any() {
        return word.get() != 0;
    }

    /** As many as if they had all been now; 0 when that is next to nothing. */
    double at(long now) {
        double count = left(word.get(), millis(now));
        return count < NONE ? 0 : count;
    }

    private static double left(long seen, int time) {
        int passed = time - (int) seen;
        if (passed < LONG_AGO_MILLIS) {
            return 0;
        }
        return Float.intBitsToFloat((int) (seen >>> 32)) * Math.exp(-Math.max(0, passed) / TAU_MILLIS);
    }

    private static int millis(long now) {
        return (int) TimeUnit.NANOSECONDS.toMillis(now);
    }
}
