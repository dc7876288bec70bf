package io.outrigger.admin;

import io.outrigger.metrics.Metrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows the routes with what they have to do. Immutable. */
record RoutePages(ProxyView proxy, Metrics metrics) {
    /** All of them, in the order in which they are tried. */
    Page all() {
        return (_, then) -> {
            Numbers numbers = new Numbers(metrics);
            List<Map<String, Object>> routes =
                    proxy.routes().stream().map(route -> tree(route, numbers)).toList();
            then.accept(Content.json(200, Map.of("routes", routes)));
        };
    }

    /** The one of the name that is asked for. */
    Page one() {
        return (ask, then) -> then.accept(proxy.routes().stream()
                .filter(route -> route.name().equals(ask.name()))
                .findFirst()
                .map(route -> Content.json(200, tree(route, new Numbers(metrics))))
                .orElseGet(() -> Content.problem(404, "route " + ask.name() + ": there is none of that name")));
    }

    private static Map<String, Object> tree(RouteView route, Numbers numbers) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", route.name());
        tree.putAll(numbers.ofRoute(route.name()));
        tree.put("config", route.config());
        return tree;
    }
}
