package io.outrigger.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Measures how long things take that end on event loops. Shared by all loops. */
public final class Histogram implements Series {
    /**
     * A duration whose trace can be looked at. Immutable.
     *
     * @param atNanos when it was remembered, by the loops' clock
     */
    public record Example(double seconds, String traceId, String spanId, long atNanos) {}

    private static final long EXAMPLE_LASTS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Buckets buckets;
    private final Stripes stripes; // a cell for each bucket, then the sum in nanoseconds

    private volatile @Nullable AtomicReferenceArray<Example> examples; // by bucket; null until there is one

    public Histogram(int loops, Buckets buckets) {
        this.buckets = buckets;
        this.stripes = new Stripes(loops, buckets.count() + 1);
    }

    /** To be called on the loop of that index only. A negative duration counts as none. */
    public void record(int loop, long nanos) {
        long[] mine = stripes.of(loop);
        Stripes.add(mine, buckets.of(nanos), 1);
        Stripes.add(mine, buckets.count(), Math.max(0, nanos));
    }

    /** Whether the trace of a duration is to be remembered: of its bucket none was for a second. On any thread. */
    public boolean wantsExample(long nanos, long now) {
        Example last = example(buckets.of(nanos));
        return last == null || now - last.atNanos() >= EXAMPLE_LASTS_NANOS;
    }

    /** Remembers the trace of a duration that was recorded. On any thread. */
    public void example(long nanos, String traceId, String spanId, long now) {
        AtomicReferenceArray<Example> all = examples;
        if (all == null) { // where two loops are the first ones at once, an example is lost
            all = new AtomicReferenceArray<>(buckets.count());
            examples = all;
        }
        all.setRelease(buckets.of(nanos), new Example(Math.max(0, nanos) / 1e9, traceId, spanId, now));
    }

    /** The last duration in a bucket whose trace can be looked at; null when there is none. From any thread. */
    public @Nullable Example example(int bucket) {
        AtomicReferenceArray<Example> all = examples;
        return all == null ? null : all.getAcquire(bucket);
    }

    public Buckets buckets() {
        return buckets;
    }

    /** How many durations each bucket has, not cumulated. From any thread. */
    public long[] counts() {
        long[] counts = new long[buckets.count()];
        for (int bucket = 0; bucket < counts.length; bucket++) {
            counts[bucket] = stripes.sum(bucket);
        }
        return counts;
    }

    /** How many durations there are. From any thread. */
    public long count() {
        long count = 0;
        for (int bucket = 0; bucket < buckets.count(); bucket++) {
            count += stripes.sum(bucket);
        }
        return count;
    }

    /** From any thread; may be a moment ahead of, or behind, {@link #counts}. */
    public double sumSeconds() {
        return stripes.sum(buckets.count()) / 1e9;
    }
}
