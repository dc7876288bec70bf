package io.outrigger.filter.ratelimit;

import io.outrigger.config.RateLimitConfig;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number of tokens that grows with time up to a limit, and of which each request takes one. Shared by all loops.
 *
 * <p>It is one number: the moment at which the bucket will be full again. A token that is taken moves it on by the time
 * that one takes to flow in, so taking is one atomic instruction and nothing has to be filled. A bucket whose moment has
 * passed is full, and as good as a fresh one.
 */
public final class TokenBucket {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long key; // what it is found by; 0 where it is not looked for
    private final AtomicLong fullNanos;

    /** A full one. */
    public TokenBucket(long now) {
        this(0, now);
    }

    TokenBucket(long key, long now) {
        this.key = key;
        this.fullNanos = new AtomicLong(now);
    }

    long key() {
        return key;
    }

    /** Takes a token: 0 when there was one, else how long it takes until there is one, in nanoseconds. */
    public long tryTake(RateLimitConfig config, long now) {
        long each = nanosEach(config);
        long most = each * config.burst();
        while (true) {
            long full = fullNanos.get();
            long missing = full - now;
            if (missing + each <= most) {
                if (fullNanos.compareAndSet(full, now + Math.max(missing, 0) + each)) {
                    return 0;
                }
            } else if (missing <= most + SECOND) {
                return missing + each - most; // a little emptier than empty: another loop's clock is ahead
            } else {
                fullNanos.compareAndSet(full, now + most); // before a reload it held more, or filled more slowly
            }
        }
    }

    /** How many tokens there are. */
    public double tokens(RateLimitConfig config, long now) {
        long each = nanosEach(config);
        long most = each * config.burst();
        return (double) (most - Math.clamp(fullNanos.get() - now, 0, most)) / each;
    }

    /** How long it takes until it is full; 0 when it is. */
    long missingNanos(long now) {
        return Math.max(fullNanos.get() - now, 0);
    }

    /** How long it takes for a token to flow in. */
    static long nanosEach(RateLimitConfig config) {
        int perSecond = config.requestsPerSecond();
        return (SECOND + perSecond / 2) / perSecond;
    }
}
