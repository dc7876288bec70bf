package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;

/**
 * Lends a few calls the right to try. A lease that ends without saying anything of the upstream is lent again. Shared
 * by all loops; its numbers are guarded by the lock of its circuit.
 */
final class HalfOpen implements State {
    /** What follows from what is known. Immutable. */
    enum Next {
        STAY,
        CLOSE,
        /** So many have failed that the successes to close cannot be reached any more. */
        REOPEN
    }

    private int leased; // under way
    private int good;
    private int bad; // failed or slow: a slow probe is no sign of health

    boolean tryLease(CircuitBreakerConfig config) {
        if (leased + good + bad >= config.halfOpenCalls()) {
            return false;
        }
        leased++;
        return true;
    }

    void giveBack(Verdict verdict) {
        leased--;
        switch (verdict) {
            case GOOD -> good++;
            case SLOW, FAILED, FAILED_SLOWLY -> bad++;
            case NEUTRAL -> {}
        }
    }

    /** The response of a good one was cut: it was none. */
    void takeBack() {
        good--;
        bad++;
    }

    /** By the settings of whoever asks: after a reload they may be others than those that began it. */
    Next next(CircuitBreakerConfig config) {
        if (good >= config.successesToClose()) {
            return Next.CLOSE;
        }
        return config.halfOpenCalls() - bad < config.successesToClose() ? Next.REOPEN : Next.STAY;
    }

    int bad() {
        return bad;
    }

    int good() {
        return good;
    }

    int leased() {
        return leased;
    }

    @Override
    public Phase phase() {
        return Phase.HALF_OPEN;
    }

    @Override
    public boolean refuses(long now) {
        return false;
    }

    @Override
    public long refusesForNanos(long now) {
        return 0;
    }
}
