package io.outrigger.proxy.balance;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Failure;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How slow an endpoint has been of late: jumps up to each slower answer and sinks from there, by 63 % in 10 s, towards
 * the faster ones (Finagle's Peak EWMA). A failure counts as an answer after 5 s at least, so that failing fast attracts
 * nothing. Shared by all loops.
 *
 * <p>The value and its time are one word, which changes at most once a millisecond unless it jumps: however many
 * answers come, loops hardly meet here.
 */
final class PeakLatency {
    private static final double TAU_MILLIS = 10_000;
    private static final float FAILURE_MICROS = 5_000_000;
    private static final int LONG_AGO_MILLIS = -60_000; // no loop is that far behind: the count has wrapped around

    private final AtomicLong word =
            new AtomicLong(); // microseconds as a float, then milliseconds; 0 when nothing is known

    /** In microseconds; 0 when nothing is known. */
    double microsAt(long now) {
        long seen = word.get();
        return micros(seen) * left(millis(now) - (int) seen);
    }

    /** A head has come. */
    void answered(Attempt attempt, int status, long now) {
        long since = attempt.sentNanos() == 0 ? attempt.startNanos() : attempt.sentNanos();
        if (status >= 500) {
            rise(Math.max(FAILURE_MICROS, micros(now, since)), now);
        } else {
            add(micros(now, since), now);
        }
    }

    /** An attempt has ended with a failure, before its head or after it. */
    void failed(Attempt attempt, Failure why, long now) {
        if (attempt.isToBlameFor(why)) {
            rise(Math.max(FAILURE_MICROS, micros(now, attempt.startNanos())), now);
        } else if (attempt.sentNanos() != 0 && attempt.status() == 0) {
            rise(micros(now, attempt.sentNanos()), now); // nobody waited for more, but it has taken that long
        }
    }

    private void add(float latencyMicros, long now) {
        int time = millis(now);
        while (true) {
            long seen = word.get();
            int passed = time - (int) seen;
            double left = left(passed);
            double sunk = micros(seen) * left;
            if (latencyMicros <= sunk && passed <= 0 && passed > LONG_AGO_MILLIS) {
                return; // within the same millisecond
            }
            double next = latencyMicros > sunk ? latencyMicros : sunk + latencyMicros * (1 - left);
            if (word.compareAndSet(seen, word((float) next, time))) {
                return;
            }
        }
    }

    /** Jumps up, or stays. */
    private void rise(float latencyMicros, long now) {
        int time = millis(now);
        while (true) {
            long seen = word.get();
            if (latencyMicros <= micros(seen) * left(time - (int) seen)
                    || word.compareAndSet(seen, word(latencyMicros, time))) {
                return;
            }
        }
    }

    private static double left(int passedMillis) {
        if (passedMillis <= 0) {
            return passedMillis > LONG_AGO_MILLIS ? 1 : 0;
        }
        return Math.exp(-passedMillis / TAU_MILLIS);
    }

    private static float micros(long now, long since) {
        return Math.max(1, (now - since) / 1000f);
    }

    private static int millis(long now) {
        return (int) TimeUnit.NANOSECONDS.toMillis(now);
    }

    private static long word(float micros, int millis) {
        return (long) Float.floatToRawIntBits(micros) << 32 | millis & 0xFFFF_FFFFL;
    }

    private static float micros(long word) {
        return Float.intBitsToFloat((int) (word >>> 32));
    }
}
