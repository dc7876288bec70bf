package io.outrigger.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole file, with every default filled in. Immutable. */
public record OutriggerConfig(
        int version,
        String service,
        List<ListenerConfig> listeners,
        Optional<AdminConfig> admin,
        Optional<TelemetryConfig> telemetry,
        Optional<TracingConfig> tracing,
        DrainConfig drain,
        LoggingConfig logging,
        Map<String, StoreConfig> stores,
        Map<String, UpstreamConfig> upstreams,
        PoliciesConfig defaults,
        List<RouteConfig> routes) {

    public OutriggerConfig {
        listeners = List.copyOf(listeners);
        stores = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(stores));
        upstreams = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(upstreams));
        routes = List.copyOf(routes);
    }

    /**
     * The route for what no other route takes on this listener: to the listener's upstream, under {@code defaults}.
     * Its name is {@code listener:NAME}, which no route of the file can have. Empty when the listener names no upstream.
     */
    public Optional<RouteConfig> unmatched(ListenerConfig listener) {
        return listener.upstream()
                .map(upstream -> new RouteConfig(
                        "listener:" + listener.name(),
                        MatchConfig.everything(),
                        new RouteTarget.One(upstream),
                        Optional.empty(),
                        defaults,
                        Optional.empty()));
    }
}
