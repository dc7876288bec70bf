package io.outrigger.proxy.health;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How long an endpoint took for its answers, as counts in cells whose width is at most a 32nd of what they stand for:
 * fine enough to compare medians. Shared by all loops.
 */
final class Latencies {
    private static final int STEPS = 32; // between a power of two and the next
    private static final int FINE = 64; // below so many microseconds each has a cell
    private static final int FINE_BITS = 6;
    private static final int MOST_BITS = 27; // from 134 s on everything is in the last cell
    private static final int CELLS = FINE + (MOST_BITS - FINE_BITS) * STEPS;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(CELLS);

    void add(long nanos) {
        counts.getAndIncrement(cell(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, (1 << MOST_BITS) - 1)));
    }

    /** Takes out what there is; what is added meanwhile may be in it or stay. */
    int[] take() {
        int[] taken = new int[CELLS];
        for (int cell = 0; cell < CELLS; cell++) {
            if (counts.get(cell) != 0) {
                taken[cell] = counts.getAndSet(cell, 0);
            }
        }
        return taken;
    }

    /** The median in microseconds, as if what is in a cell was spread evenly over it; 0 when nothing is there. */
    static double medianMicros(int[] taken) {
        long total = 0;
        for (int count : taken) {
            total += count;
        }
        double half = total / 2.0;
        long below = 0;
        for (int cell = 0; cell < taken.length; cell++) {
            if (taken[cell] > 0 && below + taken[cell] >= half) {
                return least(cell) + (least(cell + 1) - least(cell)) * (half - below) / taken[cell];
            }
            below += taken[cell];
        }
        return 0;
    }

    private static int cell(int micros) {
        if (micros < FINE) {
            return micros;
        }
        int bits = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(micros);
        int step = micros >> bits - 5 & STEPS - 1;
        return FINE + (bits - FINE_BITS) * STEPS + step;
    }

    private static double least(int cell) {
        if (cell < FINE) {
            return cell;
        }
        int bits = FINE_BITS + (cell - FINE) / STEPS;
        int step = (cell - FINE) % STEPS;
        return (double) (STEPS + step) * (1L << bits - 5);
    }
}
