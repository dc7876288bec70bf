package io.outrigger.filter.retry;

import io.outrigger.config.BackoffConfig;
import java.util.function.LongUnaryOperator;

/**
 * Pauses before another attempt that double up to a limit and are then drawn by chance, so that those who failed
 * together do not come back together (Marc Brooker, Exponential Backoff And Jitter, 2015). Immutable.
 *
 * @param randomBelow a number from 0 to below its argument, each as likely
 */
record Backoff(long baseNanos, long maxNanos, BackoffConfig.Jitter jitter, LongUnaryOperator randomBelow) {

    static Backoff of(BackoffConfig config, LongUnaryOperator randomBelow) {
        return new Backoff(config.base().toNanos(), config.max().toNanos(), config.jitter(), randomBelow);
    }

    /**
     * The pause after an attempt, before the next one.
     *
     * @param attempt that has failed, from 1
     * @param lastNanos the pause before it; 0 before the first
     */
    long pauseNanos(int attempt, long lastNanos) {
        long height = height(attempt);
        return switch (jitter) {
            case NONE -> height;
            case FULL -> between(0, height);
            case EQUAL -> between(height - height / 2, height);
            case DECORRELATED -> {
                // capped before it is drawn: capped after it, most pauses would have the same length
                long highest = Math.min(maxNanos, 3 * Math.max(lastNanos, baseNanos));
                yield between(Math.min(baseNanos, highest), highest);
            }
        };
    }

    private long height(int attempt) {
        int doublings = attempt - 1;
        return baseNanos > maxNanos >> doublings ? maxNanos : baseNanos << doublings;
    }

    /** Both ends are included. */
    private long between(long lowest, long highest) {
        return lowest + randomBelow.applyAsLong(highest - lowest + 1);
    }
}
