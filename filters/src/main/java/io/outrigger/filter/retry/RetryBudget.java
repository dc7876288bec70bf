package io.outrigger.filter.retry;

import io.outrigger.config.BudgetConfig;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps the extra attempts of a route a share of its first ones, so that retries cannot multiply the load on an
 * upstream that fails. First attempts deposit, extra ones take a token each, and a few flow in besides; what is not
 * taken within the window is lost. Shared by all loops.
 *
 * <p>A deposit is one addition to a striped counter. Everything else happens under this object's lock: for every
 * tenth of a window, when a token is wanted, and when somebody looks. A deposit counts from the beginning of the
 * tenth that it falls in, so a token lives for nine to ten tenths of the window.
 */
public final class RetryBudget {
    private static final long TOKEN = 1_000_000; // in the units that are counted here
    private static final int TENTHS = 10;
    private static final int SLICES = TENTHS + 1; // what lives, and one that has just begun

    private final Silence silence = new Silence();
    private final LongAdder deposited = new LongAdder(); // units since ever
    private volatile long turnNanos; // when the current slice is over; written under the lock

    // guarded by this
    private final long[] begun = new long[SLICES]; // when a slice began, from the oldest on, as a ring
    private final long[] units = new long[SLICES]; // what is left of it
    private int oldest;
    private int count;
    private long collected; // of deposited that is in slices
    private long flowed; // units that have flowed in and are left
    private long flowedNanos; // up to when

    /** A fresh one holds what flows in within a second. */
    public RetryBudget(BudgetConfig config, long now) {
        flowed = config.minPerSecond() * TOKEN;
        flowedNanos = now;
        synchronized (this) {
            beginSlice(config, now);
        }
    }

    /** A first attempt begins. */
    public void deposit(BudgetConfig config, long now) {
        if (now - turnNanos >= 0) {
            synchronized (this) {
                settle(config, now);
            }
        }
        deposited.add(share(config));
    }

    /** Takes a token for an extra attempt, if there is one. */
    public synchronized boolean tryTake(BudgetConfig config, long now) {
        settle(config, now);
        if (available() < TOKEN) {
            return false;
        }
        long wanted = TOKEN;
        for (int i = 0; i < count && wanted > 0; i++) { // the oldest first: they are lost first
            int slice = (oldest + i) % SLICES;
            long taken = Math.min(wanted, units[slice]);
            units[slice] -= taken;
            wanted -= taken;
        }
        flowed -= wanted;
        return true;
    }

    /** How many tokens there are. */
    public synchronized double tokens(BudgetConfig config, long now) {
        settle(config, now);
        return available() / (double) TOKEN;
    }

    /** Whether attempts of the route are answered at all. */
    Silence silence() {
        return silence;
    }

    private long available() {
        long sum = flowed;
        for (int i = 0; i < count; i++) {
            sum += units[(oldest + i) % SLICES];
        }
        return sum;
    }

    /** Brings everything up to date. A loop may come with a time before that of another: then nothing moves. */
    private void settle(BudgetConfig config, long now) {
        long sum = deposited.sum();
        units[(oldest + count - 1) % SLICES] += sum - collected; // they came before the slice was over
        collected = sum;
        boolean turned = now - turnNanos >= 0;
        dropExpired(config.window().toNanos(), now, turned);
        if (turned || count == 0) { // none is left where the window has just become shorter
            beginSlice(config, now);
        }
        flow(config, now);
    }

    private void dropExpired(long windowNanos, long now, boolean roomForOne) {
        while (count > 0 && (now - begun[oldest] >= windowNanos || roomForOne && count == SLICES)) {
            oldest = (oldest + 1) % SLICES;
            count--;
        }
    }

    private void beginSlice(BudgetConfig config, long now) {
        int slice = (oldest + count) % SLICES;
        begun[slice] = now;
        units[slice] = 0;
        count++;
        turnNanos = now + config.window().toNanos() / TENTHS;
    }

    private void flow(BudgetConfig config, long now) {
        long perMicro = config.minPerSecond(); // a token is a million units, a second a million microseconds
        long window = config.window().toNanos() / 1000;
        long micros = Math.min((now - flowedNanos) / 1000, window);
        if (micros > 0) {
            flowed = Math.min(flowed + micros * perMicro, window * perMicro);
            flowedNanos = now - (now - flowedNanos) % 1000;
        }
    }

    private static long share(BudgetConfig config) {
        return (long) (config.ratio().fraction() * TOKEN + 0.5);
    }
}
