package io.outrigger.admin;

import io.outrigger.admin.UpstreamView.EndpointView;
import io.outrigger.metrics.Metrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Shows the upstreams with their endpoints. Immutable. */
record UpstreamPage(ProxyView proxy, Metrics metrics) implements Page {
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
