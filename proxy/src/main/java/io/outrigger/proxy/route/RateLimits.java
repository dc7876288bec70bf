package io.outrigger.proxy.route;

import io.outrigger.config.RateLimitConfig;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.HeaderName;
import io.outrigger.filter.ratelimit.KeyedBuckets;
import io.outrigger.filter.ratelimit.RateLimitFilter;
import io.outrigger.filter.ratelimit.RateLimitMetrics;
import io.outrigger.filter.ratelimit.Rejections;
import io.outrigger.filter.ratelimit.RouteBuckets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/** The rate limits of a configuration's routes, with the buckets of the snapshot before it, or full ones. Confined to the reload thread. */
public final class RateLimits {
    private static final String EVERY_ROUTE = "";

    private final Kept kept;
    private final LongSupplier randomBits;
    private final LongSupplier nanoTime;
    private final Map<String, Running> byRoute = new LinkedHashMap<>();
    private Optional<KeyedBuckets> callers = Optional.empty();

    /** The buckets of a route, which are shared by all loops, with what fills them. Immutable. */
    private record Running(RateLimitConfig config, RouteBuckets buckets) {}

    public RateLimits(Kept kept, LongUnaryOperator randomBelow, LongSupplier nanoTime) {
        this.kept = kept;
        this.randomBits = () -> randomBelow.applyAsLong(Long.MAX_VALUE);
        this.nanoTime = nanoTime;
    }

    Filter filter(String route, RateLimitConfig config) {
        Optional<HeaderName> header = config.key().map(key -> HeaderName.of(key.header()));
        RouteBuckets buckets = kept.claim(route, RouteBuckets.class, header, () -> header.map(
                        name -> RouteBuckets.by(name, callers(), randomBits.getAsLong(), nanoTime.getAsLong()))
                .orElseGet(() -> RouteBuckets.one(nanoTime.getAsLong())));
        header.ifPresent(_ -> callers()); // claimed, also where the buckets know it already
        byRoute.put(route, new Running(config, buckets));
        return new RateLimitFilter(config, buckets, new Rejections(route, config));
    }

    private KeyedBuckets callers() {
        KeyedBuckets all = kept.claim(EVERY_ROUTE, KeyedBuckets.class, "", () -> new KeyedBuckets(randomBits));
        callers = Optional.of(all);
        return all;
    }

    /** Shows the buckets of all routes that were asked for. */
    public void show(RateLimitMetrics metrics) {
        one().forEach((route, tokens) -> metrics.show(route, () -> tokens.applyAsDouble(nanoTime.getAsLong())));
        callers.ifPresent(buckets -> metrics.show(buckets, nanoTime));
    }

    /** Has all others forgotten. */
    public void retain(RateLimitMetrics metrics) {
        metrics.retain(one().keySet(), callers.isPresent());
    }

    private Map<String, LongToDoubleFunction> one() {
        Map<String, LongToDoubleFunction> one = new LinkedHashMap<>();
        byRoute.forEach(
                (route, limit) -> limit.buckets().tokens(limit.config()).ifPresent(tokens -> one.put(route, tokens)));
        return one;
    }
}
