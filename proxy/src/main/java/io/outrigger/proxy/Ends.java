package io.outrigger.proxy;

import io.outrigger.config.CircuitBreakerConfig.Scope;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.UpstreamConfig;
import io.outrigger.exchange.Service;
import io.outrigger.filter.observe.Meters;
import io.outrigger.proxy.balance.EndpointGuard;
import io.outrigger.proxy.balance.UsableEndpoints;
import io.outrigger.proxy.route.Bulkheads;
import io.outrigger.proxy.route.Circuits;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.route.RouteChain;
import io.outrigger.proxy.upstream.Failover;
import io.outrigger.proxy.upstream.Upstream;
import io.outrigger.proxy.upstream.UpstreamService;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Makes the ends of chains: what sends to an upstream, or where that has others to stand in for it to the first that is
 * usable. Confined to the reload thread.
 *
 * @param reached the upstreams by name
 */
record Ends(
        OutriggerConfig config,
        Map<String, Upstream> reached,
        Upstreams upstreams,
        Bulkheads bulkheads,
        Circuits circuits,
        Meters meters,
        Kept kept)
        implements RouteChain.Upstreams {
    @Override
    public Service to(String upstream, RouteConfig route) {
        List<UpstreamService> all = reach(upstream, config, reached).keySet().stream()
                .map(name -> one(name, route))
                .toList();
        return all.size() == 1 ? all.getFirst() : new Failover(all);
    }

    /** An upstream and those that stand in for it, in order; they may have others in their turn. */
    static SequencedMap<String, UsableEndpoints> reach(
            String upstream, OutriggerConfig config, Map<String, Upstream> reached) {
        SequencedMap<String, UsableEndpoints> all = new LinkedHashMap<>();
        ArrayDeque<String> left = new ArrayDeque<>(List.of(upstream));
        while (!left.isEmpty()) {
            String name = left.pop();
            Upstream one = Objects.requireNonNull(reached.get(name), name);
            if (all.putIfAbsent(name, one.usable()) == null) {
                config(name, config).failover().reversed().forEach(left::push);
            }
        }
        return all;
    }

    private UpstreamService one(String name, RouteConfig route) {
        Upstream shared = Objects.requireNonNull(reached.get(name), name);
        Upstream own = bulkheads
                .of(route)
                .map(bulkhead -> upstreams.of(shared, config(name, config), bulkhead, kept))
                .orElse(shared);
        Optional<EndpointGuard> guard = route.policies()
                .circuitBreaker()
                .filter(circuit -> circuit.scope() == Scope.ENDPOINT) // others stand before the one that was asked for
                .flatMap(_ -> circuits.of(route, name).endpoints());
        return new UpstreamService(own, meters.attempts(route.name(), name), guard, RouteChain.idle(route));
    }

    private static UpstreamConfig config(String name, OutriggerConfig config) {
        return Objects.requireNonNull(config.upstreams().get(name), name);
    }
}
