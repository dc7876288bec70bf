package io.outrigger.proxy.route;

import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.PoliciesConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.SloConfig;
import io.outrigger.filter.slo.ServiceLevel;
import io.outrigger.filter.slo.Slo;
import io.outrigger.filter.slo.SloFilter;
import io.outrigger.metrics.Buckets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What the routes of a configuration promise; how it was kept is what the snapshot before it knew. Confined to the
 * reload thread.
 */
public final class Slos {
    private static final int MOST_PROMISED = 50; // each one is a series of every histogram

    private final Kept kept;
    private final int loops;
    private final LongSupplier nanoTime;
    private final Map<String, Slo> byRoute = new LinkedHashMap<>();

    /** @param loops the number of event loops that count */
    public Slos(Kept kept, int loops, LongSupplier nanoTime) {
        this.kept = kept;
        this.loops = loops;
        this.nanoTime = nanoTime;
    }

    /** Empty where the route promises nothing. */
    Optional<SloFilter> filter(RouteConfig route) {
        return of(route).map(SloFilter::new);
    }

    /** Whether the route has nothing left of what it may fail by. */
    BooleanSupplier exhausted(RouteConfig route) {
        return of(route).<BooleanSupplier>map(slo -> slo::exhausted).orElse(() -> false);
    }

    private Optional<Slo> of(RouteConfig route) {
        return route.policies()
                .slo()
                .map(config -> byRoute.computeIfAbsent(route.name(), name -> {
                    Optional<Duration> under = config.latency().map(latency -> latency.under());
                    ServiceLevel level = kept.claim(
                            name, ServiceLevel.class, under, () -> new ServiceLevel(loops, nanoTime.getAsLong()));
                    return new Slo(name, config, level, nanoTime);
                }));
    }

    /** Of all routes that were asked for. */
    public Map<String, Slo> byRoute() {
        return Map.copyOf(byRoute);
    }

    /** Each time that a route promises is a bucket, the shortest first where there are too many. */
    public static Buckets buckets(OutriggerConfig config) {
        Stream<PoliciesConfig> policies = config.routes().stream().map(RouteConfig::policies);
        return Buckets.DURATIONS.with(Stream.concat(policies, Stream.of(config.defaults())) // of listeners' own routes
                .flatMap(its -> its.slo().stream())
                .flatMap(slo -> slo.latency().stream())
                .map(SloConfig.Latency::under)
                .distinct()
                .sorted()
                .limit(MOST_PROMISED)
                .toList());
    }

    /** What takes as long is slow: by what the route promises, else by the usual measure. */
    public static Duration slow(RouteConfig route, Duration usual) {
        return route.policies()
                .slo()
                .flatMap(slo -> slo.latency())
                .map(latency -> latency.under())
                .orElse(usual);
    }
}
