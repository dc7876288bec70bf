package io.outrigger.filter.concurrency;

import io.outrigger.config.ConcurrencyConfig;

/**
 * How many requests may be in flight, found by comparing the latency of one moment with the usual one. Shared by all
 * loops; guarded by the lock of its limit.
 *
 * <p>As long as the latency is at most half again the usual one the limit grows by a small allowance; above, it shrinks
 * in proportion. That is Gradient2 of Netflix's concurrency-limits, with one difference. There the usual latency is a
 * long average of everything, which after some minutes of overload is that of the overload, and lets the limit grow
 * for ever. Here what is seen while requests are refused cannot make the usual latency longer. Instead, when that has
 * lasted for a while, a probe lets in half as many for a moment: what is seen then is the usual latency from there on,
 * shorter where there was a queue of our own making, longer where the upstream has become slower by itself.
 */
final class Gradient {
    private static final double INITIAL = 20;
    private static final double TOLERANCE = 1.5; // times the usual latency
    private static final double SMOOTHING = 0.2; // the part of a step that is taken
    private static final double LEAST = 0.5; // no window does more than halve the limit, before the smoothing
    private static final double LEAST_ALLOWANCE = 4; // requests
    private static final double RISE = 0.02; // how much of a longer latency becomes usual with a window
    private static final double FALL = 0.1; // and of a shorter one
    private static final double SAME = 0.1; // the part by which two latencies may differ and be called the same
    private static final int FIRST_PATIENCE = 20; // windows of overload before the first probe
    private static final int MOST_PATIENCE = 20 << 8;

    private double limit = INITIAL;
    private double usualNanos; // 0 until something is known
    private int strained; // windows of overload since the last one without, or the last probe
    private int patience = FIRST_PATIENCE;
    private boolean probing;

    /** The limit now. */
    int limit(ConcurrencyConfig config) {
        double wanted = probing ? limit / 2 : limit;
        return (int) Math.clamp(wanted, config.min(), config.max());
    }

    double usualNanos() {
        return usualNanos;
    }

    /** Whether the next window is that of a probe, and must have no latency from before. */
    boolean probing() {
        return probing;
    }

    /**
     * Takes in what a window has seen.
     *
     * @param nanos the mean latency
     * @param peak the most requests that were in flight
     * @param refused whether some were refused
     */
    void update(ConcurrencyConfig config, double nanos, int peak, boolean refused) {
        if (probing) {
            endProbe(nanos);
            return;
        }
        if (usualNanos == 0) {
            usualNanos = nanos;
        }
        boolean saturated = refused || peak >= limit(config);
        if (nanos < usualNanos) {
            usualNanos += FALL * (nanos - usualNanos);
        } else if (!saturated) {
            usualNanos += RISE * (nanos - usualNanos);
        }
        double gradient = Math.clamp(TOLERANCE * usualNanos / nanos, LEAST, 1);
        if (saturated || peak >= limit / 2) { // else there is no telling what more would do
            double allowance = Math.max(LEAST_ALLOWANCE, Math.sqrt(limit));
            double next = limit * gradient + allowance;
            limit += SMOOTHING * (next - limit);
        }
        limit = Math.clamp(limit, config.min(), config.max());
        if (!saturated) {
            strained = 0;
        } else if (gradient < 1 && ++strained >= patience) {
            probing = true;
        }
    }

    private void endProbe(double nanos) {
        probing = false;
        strained = 0;
        boolean news = Math.abs(nanos - usualNanos) > SAME * usualNanos;
        patience = news ? FIRST_PATIENCE : Math.min(2 * patience, MOST_PATIENCE);
        usualNanos = nanos;
    }
}
