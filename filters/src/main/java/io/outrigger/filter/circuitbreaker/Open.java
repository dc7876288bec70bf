package io.outrigger.filter.circuitbreaker;

/** Refuses until a time, and from then on until somebody comes. Immutable; so shared by all loops. */
record Open(long untilNanos) implements State {
    @Override
    public Phase phase() {
        return Phase.OPEN;
    }

    @Override
    public boolean refuses(long now) {
        return now - untilNanos < 0;
    }

    @Override
    public long refusesForNanos(long now) {
        return Math.max(0, untilNanos - now);
    }
}
