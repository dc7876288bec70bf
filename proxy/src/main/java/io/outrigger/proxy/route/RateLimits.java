package io.outrigger.proxy.route;

import io.outrigger.config.RateLimitConfig;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.HeaderName;
import io.outrigger.filter.ratelimit.KeyedBuckets;
import io.outrigger.filter.ratelimit.RateLimitFilter;
import io.outrigger.filter.ratelimit.RateLimitMetrics;
import io.outrigger.filter.ratelimit.Rejections;
import io.outrigger.filter.ratelimit.RouteBuckets;
import io.outrigger.filter.ratelimit.SharedBuckets;
import io.outrigger.filter.ratelimit.SharedRateLimitFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;

/** The rate limits of a configuration's routes, with the buckets of the snapshot before it, or full ones. Confined to the reload thread. */
public final class RateLimits {
    private static final String EVERY_ROUTE = "";

    private final Kept kept;
    private final RateLimitMetrics metrics;
    private final Function<String, SharedBuckets> stores;
    private final LongSupplier randomBits;
    private final LongSupplier nanoTime;
    private final Map<String, Running> byRoute = new LinkedHashMap<>();
    private Optional<KeyedBuckets> callers = Optional.empty();

    /** The buckets of a route, which are shared by all loops, with what fills them. Immutable. */
    private record Running(RateLimitConfig config, RouteBuckets buckets) {}

    /** @param stores those of the configuration, by their names */
    public RateLimits(
            Kept kept,
            RateLimitMetrics metrics,
            Function<String, SharedBuckets> stores,
            LongUnaryOperator randomBelow,
            LongSupplier nanoTime) {
        this.kept = kept;
        this.metrics = metrics;
        this.stores = stores;
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
        Rejections rejections = new Rejections(route, config);
        if (config.store().isEmpty()) {
            return new RateLimitFilter(config, buckets, rejections);
        }
        SharedBuckets shared = stores.apply(config.store().get());
        return new SharedRateLimitFilter(route, config, shared, buckets, rejections, metrics.locally(route));
    }

    private KeyedBuckets callers() {
        KeyedBuckets all = kept.claim(EVERY_ROUTE, KeyedBuckets.class, "", () -> new KeyedBuckets(randomBits));
        callers = Optional.of(all);
        return all;
    }

    /** Shows the buckets of all routes that were asked for. */
    public void show() {
        one().forEach((route, tokens) -> metrics.show(route, () -> tokens.applyAsDouble(nanoTime.getAsLong())));
        callers.ifPresent(buckets -> metrics.show(buckets, nanoTime));
    }

    /** Has all others forgotten. */
    public void retain() {
        Set<String> shared = byRoute.entrySet().stream()
                .filter(limit -> limit.getValue().config().store().isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        metrics.retain(one().keySet(), shared, callers.isPresent());
    }

    private Map<String, LongToDoubleFunction> one() {
        Map<String, LongToDoubleFunction> one = new LinkedHashMap<>();
        byRoute.forEach((route, limit) -> {
            if (limit.config().store().isEmpty()) {
                limit.buckets().tokens(limit.config()).ifPresent(tokens -> one.put(route, tokens));
            }
        });
        return one;
    }
}
