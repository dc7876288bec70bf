package io.outrigger.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The upper bounds of a histogram, and the quick way from a duration to its bucket. Immutable.
 *
 * <p>A table has, for each number of leading zeros of a duration, the first bucket that such a duration can be in;
 * from there it is at most a step for each bound between two powers of two.
 */
public final class Buckets {
    /** The bounds of all durations that the proxy shows: 1 ms to 30 s. */
    public static final Buckets DURATIONS = ofMicros(
            1_000,
            2_500,
            5_000,
            10_000,
            25_000,
            50_000,
            100_000,
            250_000,
            500_000,
            1_000_000,
            2_500_000,
            5_000_000,
            10_000_000,
            30_000_000);

    private final long[] bounds; // nanoseconds, ascending; the last bucket has none
    private final byte[] first = new byte[65]; // by number of leading zeros

    private Buckets(long[] bounds) {
        this.bounds = bounds;
        for (int zeros = 0; zeros <= Long.SIZE; zeros++) {
            long least = zeros == Long.SIZE ? 0 : 1L << Long.SIZE - 1 - zeros;
            int bucket = 0;
            while (zeros > 0 && bucket < bounds.length && least > bounds[bucket]) {
                bucket++;
            }
            first[zeros] = (byte) bucket;
        }
    }

    /** These with some more, wherever they belong; those that are there already are not there twice. */
    public Buckets with(Collection<Duration> upperBounds) {
        long[] all = LongStream.concat(
                        LongStream.of(bounds), upperBounds.stream().mapToLong(Duration::toNanos))
                .sorted()
                .distinct()
                .toArray();
        return all.length == bounds.length ? this : new Buckets(checked(all));
    }

    /** Upper bounds in microseconds, ascending and at most 100. */
    public static Buckets ofMicros(long... upperBounds) {
        long[] bounds = new long[upperBounds.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = TimeUnit.MICROSECONDS.toNanos(upperBounds[i]);
        }
        return new Buckets(checked(bounds));
    }

    private static long[] checked(long[] bounds) {
        for (int i = 0; i < bounds.length; i++) {
            if (bounds[i] <= (i == 0 ? 0 : bounds[i - 1]) || i == 100) {
                throw new IllegalArgumentException(
                        "bucket " + i + ": " + bounds[i] / 1000 + " µs (expected: at most 100, ascending)");
            }
        }
        return bounds;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Buckets that && Arrays.equals(bounds, that.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    /** How many buckets there are, with the last one, which has no bound. */
    public int count() {
        return bounds.length + 1;
    }

    /** The upper bound of a bucket in seconds; infinite for the last one. */
    public double upperSeconds(int bucket) {
        return bucket == bounds.length ? Double.POSITIVE_INFINITY : bounds[bucket] / 1e9;
    }

    /** The bucket of a duration; the bounds belong to the buckets below them. A negative duration counts as none. */
    public int of(long nanos) {
        int bucket = nanos < 0 ? 0 : first[Long.numberOfLeadingZeros(nanos)];
        while (bucket < bounds.length && nanos > bounds[bucket]) {
            bucket++;
        }
        return bucket;
    }
}
