package io.outrigger.filter.circuitbreaker;

import java.util.Arrays;

/**
 * The calls of the last so many seconds, the present one included, a bucket each. Shared by all loops; guarded by the
 * lock of its circuit.
 */
final class TimeWindow extends Window {
    private static final long SECOND = 1_000_000_000;

    private final long[] calls; // by bucket
    private final long[] failures;
    private final long[] slow;
    private int current;
    private long turnNanos; // when the second of the current bucket is over

    TimeWindow(int seconds, long now) {
        this.calls = new long[seconds];
        this.failures = new long[seconds];
        this.slow = new long[seconds];
        this.turnNanos = now + SECOND;
    }

    @Override
    void add(boolean failed, boolean late) {
        addGood(1);
        int more = failed ? 1 : 0;
        int moreSlow = late ? 1 : 0;
        failures[current] += more;
        slow[current] += moreSlow;
        change(0, more, moreSlow);
    }

    @Override
    void addGood(long count) {
        calls[current] += count;
        change(count, 0, 0);
    }

    @Override
    void advance(long now) {
        if (now - turnNanos < 0) {
            return;
        }
        long seconds = (now - turnNanos) / SECOND + 1;
        turnNanos += seconds * SECOND;
        if (seconds >= calls.length) {
            change(-calls(), -failures(), -slow());
            Arrays.fill(calls, 0);
            Arrays.fill(failures, 0);
            Arrays.fill(slow, 0);
            return;
        }
        for (long i = 0; i < seconds; i++) {
            current = (current + 1) % calls.length;
            change(-calls[current], -failures[current], -slow[current]);
            calls[current] = 0;
            failures[current] = 0;
            slow[current] = 0;
        }
    }

    @Override
    long turnNanos() {
        return turnNanos;
    }
}
