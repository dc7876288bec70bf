package io.outrigger.filter.concurrency;

import io.outrigger.config.ConcurrencyConfig;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of a route that are in flight, over all loops, and how many there may be. Who was let in leaves once.
 * Shared by all loops.
 */
public final class ConcurrencyLimit {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int WINDOW_SAMPLES = 10; // at least; a window lasts until it has them
    private static final int ALL = 20; // shares are told in twentieths

    private final AtomicInteger inFlight = new AtomicInteger();
    private final Gradient gradient = new Gradient(); // guarded by this
    private long windowNanos; // when the window began; guarded by this, as all about it
    private int samples;
    private double sumNanos;
    private int peak;
    private volatile boolean refused; // somebody, in this window
    private volatile int limit; // of the gradient
    private volatile double usualNanos; // likewise

    /** Begins with what the configuration allows of the usual start. */
    public ConcurrencyLimit(ConcurrencyConfig config, long now) {
        windowNanos = now;
        limit = gradient.limit(config);
    }

    /** As the last window has left it. From any thread. */
    public int limit() {
        return limit;
    }

    /** How many there may be. From any thread. */
    public int limit(ConcurrencyConfig config) {
        return Math.clamp(limit, config.min(), config.max());
    }

    /** From any thread. */
    public int inFlight() {
        return inFlight.get();
    }

    /**
     * Lets a request in.
     *
     * @param twentieths the share of the limit that it may be in
     * @return how many are in flight with it; 0 when it is refused
     */
    int tryEnter(ConcurrencyConfig config, int twentieths) {
        int most = Math.ceilDiv(limit(config) * twentieths, ALL);
        int now = inFlight.get();
        while (now < most) {
            int found = inFlight.compareAndExchange(now, now + 1);
            if (found == now) {
                return now + 1;
            }
            now = found;
        }
        refused = true;
        return 0;
    }

    void leave() {
        int before = inFlight.getAndDecrement();
        assert before > 0 : "left more often than entered";
    }

    /** Whether a request that was given up has taken longer than usual by then, so that it tells something. */
    boolean isLong(long nanos) {
        return nanos > usualNanos;
    }

    /**
     * Takes in the latency of a request.
     *
     * @param begunNanos when it was let in
     * @param place how many were in flight with it then
     */
    synchronized void sample(ConcurrencyConfig config, long nanos, long begunNanos, int place, long now) {
        if (gradient.probing() && begunNanos - windowNanos < 0) {
            return;
        }
        samples++;
        sumNanos += nanos;
        peak = Math.max(peak, place);
        if (samples < WINDOW_SAMPLES || now - windowNanos < WINDOW_NANOS) {
            return;
        }
        boolean some = refused;
        refused = false;
        gradient.update(config, sumNanos / samples, peak, some);
        limit = gradient.limit(config);
        usualNanos = gradient.usualNanos();
        windowNanos = now;
        samples = 0;
        sumNanos = 0;
        peak = 0;
    }
}
