package io.outrigger.filter.slo;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * What counters stood at in the past: every 5 s for two hours and every 5 min for three days, so that what a window saw
 * is the difference of two of them and exact. Time and counts are arguments. Guarded by the service level.
 * Shared by all loops.
 */
final class History {
    private static final long FINE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long COARSE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Row fine = new Row(FINE_NANOS, SloWindow.TWO_HOURS);
    private final Row coarse = new Row(COARSE_NANOS, SloWindow.THREE_DAYS);
    private final long begin;

    /** From {@code now} on, when nothing has been counted. */
    History(long now) {
        this.begin = now;
    }

    /** When {@link #keep} is to be called next. */
    long nextNanos() {
        return begin + fine.next * FINE_NANOS;
    }

    /** How long it goes back at most. */
    Duration age(long now) {
        return Duration.ofNanos(now - begin);
    }

    /** The counters stand at this. To be called before whatever happens at or behind {@link #nextNanos} is counted. */
    void keep(Counts counts, long now) {
        fine.keep(counts, now - begin);
        coarse.keep(counts, now - begin);
    }

    /** What was counted within a window up to now, or since the beginning where that is later; to the next mark before. */
    Counts within(Duration window, Counts counts, long now) {
        keep(counts, now);
        Row row = window.compareTo(SloWindow.TWO_HOURS.length()) <= 0 ? fine : coarse;
        return counts.since(row.at(now - begin - window.toNanos()));
    }

    /** The counts at marks of one distance, as far back as a window is long. Guarded likewise. Shared by all loops. */
    private static final class Row {
        private final long stepNanos;
        private final Counts[] marks; // by their numbers modulo the length
        private long next = 1; // number of the next mark

        Row(long stepNanos, SloWindow longest) {
            this.stepNanos = stepNanos;
            this.marks = new Counts[(int) (longest.length().toNanos() / stepNanos) + 2];
            Arrays.fill(marks, Counts.NONE);
        }

        /** All marks that were passed since the last one have the same counts: whoever counts keeps first. */
        void keep(Counts counts, long time) {
            long last = time / stepNanos;
            next = Math.max(next, last - marks.length + 1); // those before would be written over
            while (next <= last) {
                marks[(int) (next % marks.length)] = counts;
                next++;
            }
        }

        Counts at(long time) {
            return time <= 0 ? Counts.NONE : marks[(int) (time / stepNanos % marks.length)];
        }
    }
}
