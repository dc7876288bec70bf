package io.outrigger.config;

import io.outrigger.config.key.Rejected;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether routes that share a bulkhead or a circuit agree on its settings. */
final class Sharing {
    private Sharing() {}

    static void check(List<RouteConfig> routes) {
        bulkheads(routes);
        Map<String, Integer> circuits = new HashMap<>();
        for (int i = 0; i < routes.size(); i++) {
            PoliciesConfig own = routes.get(i).policies();
            for (String upstream : upstreamsOfCircuits(routes.get(i))) {
                int first = circuits.getOrDefault(upstream, i);
                circuits.putIfAbsent(upstream, i);
                boolean same =
                        own.circuitBreaker().equals(routes.get(first).policies().circuitBreaker());
                check(same, i, first, "circuitBreaker");
            }
        }
    }

    private static void bulkheads(List<RouteConfig> routes) {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < routes.size(); i++) {
            RouteConfig route = routes.get(i);
            Optional<BulkheadConfig> own = route.policies().bulkhead();
            if (own.isPresent()) {
                int first = byName.computeIfAbsent(own.get().nameFor(route.name()), _ -> routes.indexOf(route));
                BulkheadConfig shared = routes.get(first).policies().bulkhead().orElseThrow();
                check(own.get().sameLimits(shared), i, first, "bulkhead");
            }
        }
    }

    private static List<String> upstreamsOfCircuits(RouteConfig route) {
        boolean shared = route.policies()
                .circuitBreaker()
                .filter(circuit -> circuit.scope() == CircuitBreakerConfig.Scope.UPSTREAM)
                .isPresent();
        return shared ? route.target().upstreams() : List.of();
    }

    private static void check(boolean same, int route, int first, String key) {
        Rejected.unless(
                same,
                "routes[" + route + "]." + key,
                "settings of its own",
                "those of routes[" + first + "]." + key + ", which shares it");
    }
}
