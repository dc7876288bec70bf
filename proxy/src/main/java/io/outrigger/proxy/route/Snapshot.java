package io.outrigger.proxy.route;

import io.outrigger.config.ListenerConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.exchange.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One version of the configuration with all that was made of it. It is read once per exchange, which keeps it to its
 * end. Immutable.
 *
 * @param routes those of the file in their order, then one for each listener that names an upstream
 * @param tables by the name of the listener
 */
public record Snapshot(
        OutriggerConfig config, List<CompiledRoute> routes, Map<String, RouteTable> tables, Instant createdAt) {
    public Snapshot {
        routes = List.copyOf(routes);
        tables = Map.copyOf(tables);
    }

    /**
     * Makes everything that traffic needs out of a configuration.
     *
     * @param chain makes the service of each route, once
     */
    public static Snapshot compile(OutriggerConfig config, Function<RouteConfig, Service> chain, Instant now) {
        List<CompiledRoute> ofTheFile = config.routes().stream()
                .map(route -> new CompiledRoute(route, chain.apply(route)))
                .toList();
        List<CompiledRoute> all = new ArrayList<>(ofTheFile);
        Map<String, RouteTable> tables = new HashMap<>();
        for (ListenerConfig listener : config.listeners()) {
            Optional<CompiledRoute> unmatched =
                    config.unmatched(listener).map(route -> new CompiledRoute(route, chain.apply(route)));
            unmatched.ifPresent(all::add);
            tables.put(listener.name(), new RouteTable(ofTheFile, unmatched.orElse(null)));
        }
        return new Snapshot(config, all, tables, now);
    }

    /** The routes of a listener of this version of the configuration. */
    public RouteTable table(String listener) {
        RouteTable table = tables.get(listener);
        if (table == null) {
            throw new IllegalArgumentException("listener: " + listener + " (expected: one of " + tables.keySet() + ")");
        }
        return table;
    }
}
