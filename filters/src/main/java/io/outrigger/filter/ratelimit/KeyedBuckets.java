package io.outrigger.filter.ratelimit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of callers, of all routes, found by a number that was made of who it is. There are never more than
 * {@link #MOST}, whoever calls: a new one takes the place of one that is full, which is as good as none; where there is
 * no such one among the {@value #WAYS} places that it may have, of the one that will be full soonest, which loses the
 * least. So whoever comes with a new name each time drives out names of the same kind, and nobody who is at the limit.
 * Shared by all loops.
 */
public final class KeyedBuckets {
    /** Of all routes together: 64 KiB without buckets, about 1 MiB when all have been used. */
    public static final int MOST = 1 << 14;

    private static final int WAYS = 8; // places that a bucket may have

    private final AtomicReferenceArray<@Nullable TokenBucket> places = new AtomicReferenceArray<>(MOST);
    private final AtomicLong forgotten = new AtomicLong();
    private final KeyNumbers numbers;

    /** @param random as many random bits as a long has */
    public KeyedBuckets(LongSupplier random) {
        this.numbers = new KeyNumbers(random);
    }

    KeyNumbers numbers() {
        return numbers;
    }

    /** The bucket of that number; a full one when there is none yet. */
    TokenBucket of(long number, long now) {
        int first = (int) (number & (MOST / WAYS - 1)) * WAYS;
        while (true) {
            int place = first;
            TokenBucket victim = null;
            long least = Long.MAX_VALUE; // -1 for a place that is free
            for (int i = first; i < first + WAYS; i++) {
                TokenBucket one = places.get(i);
                if (one != null && one.key() == number) {
                    return one;
                }
                long missing = one == null ? -1 : one.missingNanos(now);
                if (missing < least) {
                    least = missing;
                    victim = one;
                    place = i;
                }
            }
            TokenBucket fresh = new TokenBucket(number, now);
            if (places.compareAndSet(place, victim, fresh)) {
                if (least > 0) {
                    forgotten.incrementAndGet();
                }
                return fresh;
            }
            // another loop has taken the place, maybe for the same caller
        }
    }

    /** How many buckets are not full. */
    public int used(long now) {
        int used = 0;
        for (int i = 0; i < MOST; i++) {
            TokenBucket one = places.get(i);
            if (one != null && one.missingNanos(now) > 0) {
                used++;
            }
        }
        return used;
    }

    /** How often a bucket has lost its place before it was full. */
    public long forgotten() {
        return forgotten.get();
    }
}
