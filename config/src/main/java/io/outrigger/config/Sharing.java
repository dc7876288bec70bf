package io.outrigger.config;

import io.outrigger.config.key.Rejected;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether routes that share a bulkhead or a circuit agree on its settings. */
final class Sharing {
    private Sharing() {}

    static void check(List<RouteConfig> routes) {
        Map<String, Integer> bulkheads = new HashMap<>();
        Map<String, Integer> circuits = new HashMap<>();
        for (int i = 0; i < routes.size(); i++) {
            PoliciesConfig own = routes.get(i).policies();
            Optional<String> bulkhead = own.bulkhead().flatMap(BulkheadConfig::name);
            if (bulkhead.isPresent()) {
                int first = bulkheads.getOrDefault(bulkhead.get(), i);
                bulkheads.putIfAbsent(bulkhead.get(), i);
                same(own.bulkhead(), routes.get(first).policies().bulkhead(), i, first, "bulkhead");
            }
            for (String upstream : upstreamsOfCircuits(routes.get(i))) {
                int first = circuits.getOrDefault(upstream, i);
                circuits.putIfAbsent(upstream, i);
                same(own.circuitBreaker(), routes.get(first).policies().circuitBreaker(), i, first, "circuitBreaker");
            }
        }
    }

    private static Set<String> upstreamsOfCircuits(RouteConfig route) {
        boolean shared = route.policies()
                .circuitBreaker()
                .filter(circuit -> circuit.scope() == CircuitBreakerConfig.Scope.UPSTREAM)
                .isPresent();
        if (!shared) {
            return Set.of();
        }
        return switch (route.target()) {
            case RouteTarget.One one -> Set.of(one.upstream());
            case RouteTarget.Split split ->
                split.parts().stream().map(RouteTarget.Part::upstream).collect(Collectors.toSet());
            case RouteTarget.Dynamic _ -> Set.of();
        };
    }

    private static void same(Optional<?> one, Optional<?> other, int route, int first, String key) {
        Rejected.unless(
                one.equals(other),
                "routes[" + route + "]." + key,
                "settings of its own",
                "those of routes[" + first + "]." + key + ", which shares it");
    }
}
