package io.outrigger.filter.hedge;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the first attempts of a route took in the last minute until their heads came, and what 95 of 100 took at
 * most. Shared by all loops.
 *
 * <p>Counts go to buckets that are a sixteenth of a power of two wide, of six slices of ten seconds. What is asked for is
 * added up once a second, by whoever comes first; everyone else reads one field. A count that meets the change of a
 * slice may go to the one before it, or be lost: these are statistics.
 */
public final class ObservedLatency {
    /** What {@link #p95Nanos} says as long as there is too little to go by. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    static final int LEAST = 20; // durations; of fewer nothing is said
    private static final int SLICES = 6;
    private static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int STEP_BITS = 4; // sixteen steps for each power of two
    private static final int LOWEST_BITS = 14; // 16 microseconds: hedging below that makes no sense
    private static final int HIGHEST_BITS = 42; // 73 minutes
    private static final int BUCKETS = HIGHEST_BITS - LOWEST_BITS << STEP_BITS;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(SLICES * BUCKETS);
    private final AtomicLong lookNanos; // when it is added up next
    private volatile int slice; // the current one; written under the lock
    private volatile long p95Nanos = UNKNOWN; // likewise
    private long turnNanos; // when the current slice is over; guarded by this

    /** Nothing is known yet. */
    public ObservedLatency(long now) {
        lookNanos = new AtomicLong(now);
        turnNanos = now + SLICE_NANOS;
    }

    void record(long nanos, long now) {
        look(now);
        counts.getAndIncrement(slice * BUCKETS + bucket(nanos));
    }

    /** At most a sixteenth above what was seen; {@link #UNKNOWN} where too little was. */
    long p95Nanos(long now) {
        look(now);
        return p95Nanos;
    }

    private void look(long now) {
        long due = lookNanos.get();
        if (now - due >= 0 && lookNanos.compareAndSet(due, now + LOOK_NANOS)) {
            addUp(now);
        }
    }

    private synchronized void addUp(long now) {
        for (int turned = 0; now - turnNanos >= 0; turned++) {
            turnNanos = turned < SLICES ? turnNanos + SLICE_NANOS : now + SLICE_NANOS;
            int next = (slice + 1) % SLICES;
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                counts.set(next * BUCKETS + bucket, 0);
            }
            slice = next;
        }
        p95Nanos = quantile();
    }

    private long quantile() {
        long[] sums = new long[BUCKETS];
        long all = 0;
        for (int i = 0; i < SLICES * BUCKETS; i++) {
            sums[i % BUCKETS] += counts.get(i);
            all += counts.get(i);
        }
        if (all < LEAST) {
            return UNKNOWN;
        }
        long above = all / 20; // that many may be slower
        int bucket = BUCKETS - 1;
        for (long slower = sums[bucket]; slower <= above; slower += sums[bucket]) {
            bucket--;
        }
        return upper(bucket);
    }

    private static int bucket(long nanos) {
        int bits = Math.min(Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, nanos)), HIGHEST_BITS - 1);
        if (bits < LOWEST_BITS) {
            return 0;
        }
        int step = (int) Math.min((1 << STEP_BITS) - 1, (nanos >>> bits - STEP_BITS) - (1 << STEP_BITS));
        return (bits - LOWEST_BITS << STEP_BITS) + step;
    }

    private static long upper(int bucket) {
        int bits = LOWEST_BITS + (bucket >>> STEP_BITS);
        long step = (bucket & (1 << STEP_BITS) - 1) + 1L;
        return (1L << bits) + (step << bits - STEP_BITS);
    }
}
