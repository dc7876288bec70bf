package io.outrigger.filter.circuitbreaker;

/**
 * Open or closed for a while because an operator said so; results count nowhere. Immutable; so shared by all loops.
 */
record Forced(boolean open, long untilNanos) implements State {
    @Override
    public Phase phase() {
        return open ? Phase.OPEN : Phase.CLOSED;
    }

    @Override
    public boolean refuses(long now) {
        return open && !over(now);
    }

    @Override
    public long refusesForNanos(long now) {
        return open ? Math.max(0, untilNanos - now) : 0;
    }

    boolean over(long now) {
        return now - untilNanos >= 0;
    }
}
