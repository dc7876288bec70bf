package io.outrigger.config;

import io.outrigger.config.key.Rejected;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether routes that share a bulkhead or a circuit agree on its settings. Confined to the thread that reads. */
final class Sharing {
    private final int ofListeners; // so many of all are under the defaults, and not in the list of the file
    private final List<RouteConfig> all;
    private final Map<String, Rejected> problems = new LinkedHashMap<>(); // by key, the first of each

    private Sharing(List<RouteConfig> unmatched, List<RouteConfig> routes) {
        ofListeners = unmatched.size();
        all = Stream.concat(unmatched.stream(), routes.stream()).toList();
    }

    /** @param unmatched the routes of listeners, for what none of the others takes */
    static void check(List<RouteConfig> unmatched, List<RouteConfig> routes) {
        Sharing sharing = new Sharing(unmatched, routes);
        sharing.bulkheads();
        sharing.circuits();
        Rejected.unlessNone(List.copyOf(sharing.problems.values()));
    }

    private void bulkheads() {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            Optional<BulkheadConfig> own = all.get(i).policies().bulkhead();
            if (own.isPresent()) {
                String name = own.get().nameFor(all.get(i).name());
                int first = byName.getOrDefault(name, i);
                byName.putIfAbsent(name, i);
                BulkheadConfig shared = all.get(first).policies().bulkhead().orElseThrow();
                check(own.get().sameLimits(shared), i, first, "bulkhead");
            }
        }
    }

    private void circuits() {
        Map<String, Integer> byUpstream = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            Optional<CircuitBreakerConfig> own = all.get(i).policies().circuitBreaker();
            for (String upstream : upstreamsOfCircuits(all.get(i))) {
                int first = byUpstream.getOrDefault(upstream, i);
                byUpstream.putIfAbsent(upstream, i);
                check(own.equals(all.get(first).policies().circuitBreaker()), i, first, "circuitBreaker");
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

    /** Those of listeners come first and are alike, so it is never one of them that is told. */
    private void check(boolean same, int route, int first, String key) {
        String shares = first < ofListeners ? ", which " + all.get(first).name() + " shares" : ", which shares it";
        if (!same) {
            String where = at(route, key);
            problems.putIfAbsent(
                    where, new Rejected(where, "settings of its own", "those of " + at(first, key) + shares));
        }
    }

    private String at(int route, String key) {
        return route < ofListeners ? "defaults." + key : "routes[" + (route - ofListeners) + "]." + key;
    }
}
