package io.outrigger.admin;

import io.outrigger.admin.UpstreamView.EndpointView;
import io.outrigger.metrics.Metrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Shows the upstreams with their endpoints. Immutable. */
record UpstreamPage(ProxyView proxy, Metrics metrics) implements Page {
    Operation operation() {
        return Operation.get("/upstreams", Operation.Audience.OPERATORS, this, () -> Description.of(
                        "The upstreams, with their connections and the endpoints that they have now.")
                .answers(
                        200,
                        "The upstreams.",
                        Schema.object("All upstreams.").with("upstreams", Schema.list("As in the file.", upstream()))));
    }

    private static Schema upstream() {
        return Schema.object("An upstream.")
                .with("name", Schema.text("Its name."))
                .with("connections", Schema.map("Connections by state: active, idle.", Schema.count("How many.")))
                .with(
                        "connects",
                        Schema.map(
                                "New connections since the start, by result: success or a cause.",
                                Schema.count("How many.")))
                .with("waiting", Schema.count("Requests that wait for a connection."))
                .with("bulkheads", Schema.list("Those with connections of their own.", Numbers.bulkhead()))
                .with("endpoints", Schema.list("Those there are now.", endpoint()))
                .with("config", Schema.config("What the file says of it, defaults filled in."));
    }

    private static Schema endpoint() {
        return Schema.object("One address.")
                .with("address", Schema.text("As logs name it."))
                .with("authority", Schema.text("The host and port that it was resolved from."))
                .with("weight", Schema.count("Its share, beside the others'."))
                .with("inFlight", Schema.count("Attempts under way."));
    }

    @Override
    public void show(Ask ask, Consumer<Content> then) {
        Numbers numbers = new Numbers(metrics);
        List<Map<String, Object>> upstreams = proxy.upstreams().stream()
                .map(upstream -> tree(upstream, numbers))
                .toList();
        then.accept(Content.json(200, Map.of("upstreams", upstreams)));
    }

    private static Map<String, Object> tree(UpstreamView upstream, Numbers numbers) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", upstream.name());
        tree.put("connections", numbers.connectionsTo(upstream.name()));
        tree.put("connects", numbers.connectsTo(upstream.name()));
        tree.put("waiting", upstream.waiting());
        tree.put(
                "bulkheads",
                upstream.bulkheads().stream().map(numbers::ofBulkhead).toList());
        tree.put(
                "endpoints",
                upstream.endpoints().stream().map(UpstreamPage::tree).toList());
        tree.put("config", upstream.config());
        return tree;
    }

    private static Map<String, Object> tree(EndpointView endpoint) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("address", endpoint.address());
        tree.put("authority", endpoint.authority());
        tree.put("weight", endpoint.weight());
        tree.put("inFlight", endpoint.inFlight());
        return tree;
    }
}
