package io.outrigger.filter.ratelimit;

import io.outrigger.config.RateLimitConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import java.util.concurrent.TimeUnit;

/** Answers what found a bucket of a route empty, and says when to come again. Immutable. */
public final class Rejections {
    private static final HeaderName RATE_LIMIT = HeaderName.of("ratelimit");
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final String name; // of the policy, in quotes
    private final Failure why;
    private final Headers policy;

    public Rejections(String route, RateLimitConfig config) {
        this.name = "\"" + route + "\"";
        this.why = Failure.of(
                Kind.RATE_LIMITED,
                "the limit of " + config.requestsPerSecond() + " a second and " + config.burst() + " at once is used up"
                        + config.key().map(_ -> " by this caller").orElse(""));
        // A whole number of seconds in which as much flows in as the bucket holds, or more.
        int perSecond = config.requestsPerSecond();
        int window = (config.burst() + perSecond - 1) / perSecond;
        this.policy = Headers.of("RateLimit-Policy", name + ";q=" + (long) perSecond * window + ";w=" + window);
    }

    /** @param waitNanos until there is a token */
    Failure of(Exchange exchange, long waitNanos) {
        int seconds = Math.toIntExact((waitNanos + SECOND - 1) / SECOND);
        exchange.note("rateLimit", "rejected", why.detail(), 0);
        return why.retryAfter(seconds).with(policy.plus(RATE_LIMIT, name + ";r=0;t=" + seconds));
    }
}
