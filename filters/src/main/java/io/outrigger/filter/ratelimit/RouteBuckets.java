package io.outrigger.filter.ratelimit;

import io.outrigger.config.RateLimitConfig;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The buckets that requests of a route draw from: one for all, or one for each value of a header. Shared by all loops.
 */
public final class RouteBuckets {
    private final TokenBucket one; // where there are several: of those without the header
    private final @Nullable HeaderName header; // null where there is one
    private final @Nullable KeyedBuckets several; // likewise
    private final long owner; // likewise: tells this route's callers from those of another

    private RouteBuckets(TokenBucket one, @Nullable HeaderName header, @Nullable KeyedBuckets several, long owner) {
        this.one = one;
        this.header = header;
        this.several = several;
        this.owner = owner;
    }

    public static RouteBuckets one(long now) {
        return new RouteBuckets(new TokenBucket(now), null, null, 0);
    }

    /** Several. The owner is a random number. */
    public static RouteBuckets by(HeaderName header, KeyedBuckets several, long owner, long now) {
        return new RouteBuckets(new TokenBucket(now), header, several, owner);
    }

    /** The one of a request with these fields. */
    TokenBucket of(Headers fields, long now) {
        if (header == null || several == null || !fields.has(header)) {
            return one;
        }
        return several.of(several.numbers().of(owner, fields.all(header)), now);
    }

    /** How many tokens there are at a time, where there is one bucket. */
    public Optional<LongToDoubleFunction> tokens(RateLimitConfig config) {
        return header == null ? Optional.of(now -> one.tokens(config, now)) : Optional.empty();
    }
}
