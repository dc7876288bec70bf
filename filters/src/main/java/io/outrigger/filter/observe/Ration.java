package io.outrigger.filter.observe;

/**
 * Lets something happen so often in a second, and a few more times at once after a quiet while. Confined to one loop.
 *
 * <p>It keeps one number, the moment at which all that was let through would have been due at an even pace (the
 * generic cell rate algorithm of ATM, ITU-T I.371).
 */
final class Ration {
    private final long paceNanos;
    private final long aheadNanos; // of its pace at most
    private long dueNanos;

    /** Starts with all of its burst. */
    Ration(int perSecond, int burst, long now) {
        this.paceNanos = 1_000_000_000L / perSecond;
        this.aheadNanos = paceNanos * burst;
        this.dueNanos = now;
    }

    boolean tryTake(long now) {
        long due = Math.max(0, dueNanos - now) + paceNanos;
        if (due > aheadNanos) {
            return false;
        }
        dueNanos = now + due;
        return true;
    }
}
