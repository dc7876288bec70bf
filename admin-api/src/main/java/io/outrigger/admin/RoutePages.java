package io.outrigger.admin;

import io.outrigger.metrics.Metrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Shows the routes with what they have to do. Immutable. */
record RoutePages(ProxyView proxy, Metrics metrics, CircuitPage circuits, SloPage slos) {
    List<Operation> operations() {
        return List.of(
                Operation.get("/routes", Operation.Audience.OPERATORS, this::all, () -> Description.of(
                                "The routes in the order in which they are tried, with their numbers.")
                        .answers(
                                200,
                                "The routes.",
                                Schema.object("All routes.").with("routes", Schema.list("In their order.", schema())))),
                Operation.get(
                        "/routes/{name}", Operation.Audience.OPERATORS, this::one, () -> Description.of("One route.")
                                .path("name", "The name of the route, percent-encoded.", "charge")
                                .answers(200, "The route.", schema())
                                .refuses(404, "There is none of that name.")));
    }

    private static Schema schema() {
        return Numbers.ofRoute(Schema.object("A route."))
                .withOptional("circuit", CircuitPage.schema())
                .withOptional("bulkhead", Numbers.bulkhead())
                .withOptional("keys", StateNumbers.keys())
                .withOptional("rateLimit", StateNumbers.rateLimit())
                .withOptional("slo", SloPage.schema())
                .with(
                        "config",
                        Schema.config(
                                "What it takes, where to, and under which policies; empty for a listener's own."));
    }

    private void all(Ask ask, Consumer<Content> then) {
        Numbers numbers = new Numbers(metrics);
        List<Map<String, Object>> routes =
                proxy.routes().stream().map(route -> tree(route, numbers)).toList();
        then.accept(Content.json(200, Map.of("routes", routes)));
    }

    private void one(Ask ask, Consumer<Content> then) {
        String name = ask.name("name");
        then.accept(proxy.routes().stream()
                .filter(route -> route.name().equals(name))
                .findFirst()
                .map(route -> Content.json(200, tree(route, new Numbers(metrics))))
                .orElseGet(() -> Content.problem(404, "route " + name + ": there is none of that name")));
    }

    private Map<String, Object> tree(RouteView route, Numbers numbers) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.putAll(numbers.ofRoute(route.name()));
        circuits.of(route.name()).ifPresent(circuit -> tree.put("circuit", circuit));
        route.bulkhead().ifPresent(bulkhead -> tree.put("bulkhead", numbers.ofBulkhead(bulkhead)));
        StateNumbers state = new StateNumbers(numbers);
        state.keys(route.name()).ifPresent(keys -> tree.put("keys", keys));
        state.rateLimit(route.name()).ifPresent(limit -> tree.put("rateLimit", limit));
        slos.of(route.name()).ifPresent(slo -> tree.put("slo", slo));
        tree.put("config", route.config());
        return tree;
    }
}
