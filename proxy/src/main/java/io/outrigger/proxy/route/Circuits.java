package io.outrigger.proxy.route;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.CircuitBreakerConfig.Scope;
import io.outrigger.config.RouteConfig;
import io.outrigger.exchange.Filter;
import io.outrigger.filter.circuitbreaker.CircuitBreaker;
import io.outrigger.filter.circuitbreaker.CircuitBreakerFilter;
import io.outrigger.filter.circuitbreaker.CircuitGroup;
import io.outrigger.filter.circuitbreaker.CircuitMetrics;
import io.outrigger.filter.circuitbreaker.Refusals;
import io.outrigger.filter.circuitbreaker.RouteCircuits;
import io.outrigger.filter.circuitbreaker.Transitions;
import io.outrigger.proxy.balance.EndpointCircuits;
import io.outrigger.proxy.balance.EndpointGuard;
import io.outrigger.proxy.balance.UsableEndpoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/** The circuits of a configuration's routes: those of the snapshot before it, or fresh ones. Confined to the reload thread. */
public final class Circuits {
    /**
     * What stands between a route and an upstream. Immutable.
     *
     * @param filter where the route or the upstream has one circuit
     * @param endpoints where each endpoint has one
     * @param open whether an attempt would be refused at that time
     */
    public record Guard(Optional<Filter> filter, Optional<EndpointGuard> endpoints, LongPredicate open) {}

    private static final Guard NONE = new Guard(Optional.empty(), Optional.empty(), _ -> false);

    private record Way(String route, String upstream) {}

    private final Kept kept;
    private final CircuitMetrics metrics;
    private final Function<String, SequencedMap<String, UsableEndpoints>> reach;
    private final LongUnaryOperator randomBelow;
    private final LongSupplier nanoTime;
    private final Map<Way, Guard> guards = new HashMap<>();
    private final Map<String, CircuitBreakerConfig> shared = new HashMap<>(); // by upstream: equal ones, as one object
    private final Map<String, CircuitBreakerConfig> configs = new LinkedHashMap<>(); // by route
    private final Map<String, List<CircuitGroup>> groups = new HashMap<>(); // likewise

    /** @param reach for an upstream, itself and those that stand in for it, in order and by name */
    public Circuits(
            Kept kept,
            CircuitMetrics metrics,
            Function<String, SequencedMap<String, UsableEndpoints>> reach,
            LongUnaryOperator randomBelow,
            LongSupplier nanoTime) {
        this.kept = kept;
        this.metrics = metrics;
        this.reach = reach;
        this.randomBelow = randomBelow;
        this.nanoTime = nanoTime;
    }

    /** The same each time. */
    public Guard of(RouteConfig route, String upstream) {
        return route.policies()
                .circuitBreaker()
                .map(config -> guards.computeIfAbsent(
                        new Way(route.name(), upstream), way -> make(route.name(), way.upstream, config)))
                .orElse(NONE);
    }

    private Guard make(String route, String upstream, CircuitBreakerConfig config) {
        configs.put(route, config);
        Refusals refusals = metrics.refusals(route);
        return switch (config.scope()) {
            case ROUTE -> single(route, "route " + route, route, config, refusals);
            case UPSTREAM -> {
                CircuitBreakerConfig one = shared.computeIfAbsent(upstream, _ -> config);
                yield single(route, "upstream " + upstream, upstream, one, refusals);
            }
            case ENDPOINT -> {
                List<LongPredicate> open = new ArrayList<>();
                reach.apply(upstream).forEach((name, usable) -> {
                    EndpointGuard its = guard(route, name, config, refusals);
                    open.add(now -> its.refusesAll(usable.at(now).among(), now));
                });
                EndpointGuard guard = guard(route, upstream, config, refusals);
                yield new Guard(Optional.empty(), Optional.of(guard), now -> open.stream()
                        .allMatch(one -> one.test(now)));
            }
        };
    }

    private EndpointGuard guard(String route, String upstream, CircuitBreakerConfig config, Refusals refusals) {
        EndpointCircuits circuits =
                kept.claim(route, EndpointCircuits.class, upstream, () -> new EndpointCircuits(route, randomBelow));
        add(route, circuits);
        return new EndpointGuard(config, circuits, refusals);
    }

    private Guard single(String route, String name, String owner, CircuitBreakerConfig config, Refusals refusals) {
        Scope scope = config.scope();
        long now = nanoTime.getAsLong();
        CircuitBreaker circuit = kept.claim(
                owner,
                CircuitBreaker.class,
                scope,
                () -> new CircuitBreaker(name, new Transitions(), randomBelow, config, now));
        add(route, circuit);
        Filter filter = new CircuitBreakerFilter(config, circuit, refusals);
        return new Guard(Optional.of(filter), Optional.empty(), circuit::refuses);
    }

    private void add(String route, CircuitGroup group) {
        List<CircuitGroup> all = groups.computeIfAbsent(route, _ -> new ArrayList<>());
        if (!all.contains(group)) { // the parts of a split may share one
            all.add(group);
        }
    }

    /** The circuits of all routes that were asked for. */
    public Map<String, RouteCircuits> byRoute() {
        Map<String, RouteCircuits> all = new LinkedHashMap<>();
        configs.forEach(
                (route, config) -> all.put(route, new RouteCircuits(config, groups.getOrDefault(route, List.of()))));
        return Map.copyOf(all);
    }
}
