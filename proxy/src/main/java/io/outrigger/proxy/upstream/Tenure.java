package io.outrigger.proxy.upstream;

/** What its pool knows of a connection: how long and for how many calls it has been there. Confined to one loop. */
final class Tenure {
    private final long createdNanos;
    private int served; // calls that are over
    private boolean idle;
    private boolean rested; // was idle at some time
    private long idleSinceNanos;
    private boolean left;

    Tenure(long now) {
        this.createdNanos = now;
    }

    /** Whether it has served as many calls, or been there as long, as it may; zero stands for no limit. */
    boolean isOld(int maxRequests, long maxLifetimeNanos, long now) {
        return maxRequests > 0 && served >= maxRequests
                || maxLifetimeNanos > 0 && now - createdNanos >= maxLifetimeNanos;
    }

    /** Whether it has carried a call before, or waited for one, so that its peer may have ended it in the meantime. */
    boolean reused() {
        return served > 0 || rested;
    }

    /** Whether it has carried no call before. */
    boolean untried() {
        return served == 0;
    }

    void serve() {
        idle = false;
    }

    void served() {
        served++;
    }

    void rest(long now) {
        idle = true;
        rested = true;
        idleSinceNanos = now;
    }

    boolean idle() {
        return idle;
    }

    /** When it became idle. */
    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** Whether its pool counts it no more. */
    boolean left() {
        return left;
    }

    void leave() {
        left = true;
    }
}
