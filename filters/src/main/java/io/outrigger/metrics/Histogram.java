package io.outrigger.metrics;

/** Measures how long things take that end on event loops. Shared by all loops. */
public final class Histogram implements Series {
    private final Buckets buckets;
    private final Stripes stripes; // a cell for each bucket, then the sum in nanoseconds

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
