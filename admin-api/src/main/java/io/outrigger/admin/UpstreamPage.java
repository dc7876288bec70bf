package io.outrigger.admin;

import io.outrigger.admin.UpstreamView.CheckView;
import io.outrigger.admin.UpstreamView.EjectionView;
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
                .with("panic", Schema.truth("Whether all endpoints are used because too few are healthy."))
                .with("bulkheads", Schema.list("Those with connections of their own.", Numbers.bulkhead()))
                .with("endpoints", Schema.list("Those there are now.", endpoint()))
                .with("config", Schema.config("What the file says of it, defaults filled in."));
    }

    private static Schema endpoint() {
        return Schema.object("One address.")
                .with("address", Schema.text("As logs name it."))
                .with("authority", Schema.text("The host and port that it was resolved from."))
                .with("weight", Schema.count("Its share, beside the others'."))
                .with("inFlight", Schema.count("Attempts under way."))
                .with("healthy", Schema.truth("Whether it is used without need."))
                .withOptional("ejected", ejection())
                .withOptional("check", check());
    }

    private static Schema ejection() {
        return Schema.object("That it is left out, because it did worse than the others.")
                .with("reason", Schema.word("What it was worse in.", "consecutive_failures", "success_rate", "latency"))
                .with("until", Schema.moment("When it ends."))
                .with("times", Schema.count("How many times, but for those that are forgotten."));
    }

    private static Schema check() {
        return Schema.object("What its health checks say.")
                .with("healthy", Schema.truth("What they have agreed on."))
                .with("last", Schema.text("What came of the last one; empty before the first."))
                .withOptional("at", Schema.moment("When that was."))
                .with("contrary", Schema.count("How many of the last ones in a row said otherwise."));
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
        tree.put("panic", upstream.panic());
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
        tree.put("healthy", endpoint.healthy());
        endpoint.ejection().ifPresent(ejection -> tree.put("ejected", tree(ejection)));
        endpoint.check().ifPresent(check -> tree.put("check", tree(check)));
        return tree;
    }

    private static Map<String, Object> tree(EjectionView ejection) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("reason", ejection.reason());
        tree.put("until", ejection.until().toString());
        tree.put("times", ejection.times());
        return tree;
    }

    private static Map<String, Object> tree(CheckView check) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("healthy", check.healthy());
        tree.put("last", check.last());
        check.at().ifPresent(at -> tree.put("at", at.toString()));
        tree.put("contrary", check.contrary());
        return tree;
    }
}
