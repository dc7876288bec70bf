package io.outrigger.proxy.balance;

import org.jspecify.annotations.Nullable;

/**
 * What is held against an endpoint: by its checks, by how it did beside the others, and by how new it is. It lasts as
 * long as the endpoint, whatever is reloaded. Shared by all loops.
 */
public final class Standing {
    private volatile Checkup checkup = Checkup.NONE; // written by the thread of the checks
    private volatile @Nullable Ejection ejection; // the last one, also when it is over; null before the first
    private volatile long freshNanos; // since when attempts go to it, where that is a slow start; 0 where it is not

    public Checkup checkup() {
        return checkup;
    }

    public void checkup(Checkup next) {
        checkup = next;
    }

    /** The last one, also when it is over; null when there was none. */
    public @Nullable Ejection ejection() {
        return ejection;
    }

    public void eject(Ejection next) {
        ejection = next;
    }

    /** Before its time, where it is ejected. */
    public void endEjection(long now) {
        Ejection last = ejection;
        if (last != null && !last.over(now)) {
            ejection = new Ejection(last.reason(), last.sinceNanos(), now, last.times());
        }
    }

    public boolean ejected(long now) {
        Ejection last = ejection;
        return last != null && !last.over(now);
    }

    void beginSlowly(long now) {
        freshNanos = now | 1;
    }

    /** Whether it has ever begun slowly. */
    boolean fresh() {
        return freshNanos != 0;
    }

    /** How far its slow start has come: from 0, and 1 for an endpoint that has its full share. */
    double warmth(long slowStartNanos, long now) {
        long since = freshNanos;
        return since == 0 ? 1 : Math.clamp((double) (now - since) / slowStartNanos, 0, 1);
    }
}
