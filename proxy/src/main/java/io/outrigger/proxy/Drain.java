package io.outrigger.proxy;

import io.outrigger.config.DrainConfig;
import io.outrigger.filter.observe.Meters;
import java.util.function.LongSupplier;
import java.util.logging.Logger;

/**
 * Ends the process in its own time: serves on until nothing is in flight and nothing new has come for a while, because
 * a sidecar has to outlive its app. Confined to the draining thread; time comes from a supplier.
 */
final class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class.getName());
    private static final long LAST_CALL_NANOS = 5_000_000_000L; // before the timeout

    private final DrainConfig config;
    private final Meters meters;
    private final LongSupplier unfinished;
    private final LongSupplier connected;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private long quietSinceNanos;
    private long lastBegun;
    private boolean closed; // nobody is let in any more

    /**
     * @param unfinished how many requests go on although their clients have been answered or have left
     * @param connected how many clients there are
     */
    Drain(DrainConfig config, Meters meters, LongSupplier unfinished, LongSupplier connected, LongSupplier nanoTime) {
        this.config = config;
        this.meters = meters;
        this.unfinished = unfinished;
        this.connected = connected;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.quietSinceNanos = startNanos;
        this.lastBegun = meters.begun();
    }

    /**
     * Looks whether it is time to end. Calls {@code stopAccepting} once, shortly before the time is up, or when it is
     * quiet; what has come until then is still served, to the last byte: clients are asked to go with their answers, and
     * whoever is still there has not got or not said it all.
     */
    boolean over(Runnable stopAccepting) {
        long now = nanoTime.getAsLong();
        long passed = now - startNanos;
        long inFlight = meters.inFlight() + unfinished.getAsLong();
        long begun = meters.begun();
        if (inFlight > 0 || begun != lastBegun) {
            quietSinceNanos = now;
            lastBegun = begun;
        }
        if (passed >= config.timeout().toNanos()) {
            long left = connected.getAsLong();
            if (inFlight > 0 || left > 0) {
                LOG.warning(() -> "drain: the time of drain.timeout, "
                        + config.timeout().toMillis() + " ms, is up; requests cut: " + inFlight + ", connections: "
                        + left);
            }
            return true;
        }
        if (closed) {
            return inFlight == 0 && connected.getAsLong() == 0;
        }
        boolean quiet = passed >= config.minimum().toNanos()
                && now - quietSinceNanos >= config.quiet().toNanos();
        if (quiet || passed >= lastCallNanos()) {
            closed = true;
            stopAccepting.run();
        }
        return false;
    }

    /** A drain that has no longer than the last call spends half of its time on it. */
    private long lastCallNanos() {
        long timeout = config.timeout().toNanos();
        return timeout - Math.min(LAST_CALL_NANOS, timeout / 2);
    }
}
