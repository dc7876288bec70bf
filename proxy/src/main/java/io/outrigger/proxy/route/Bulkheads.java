package io.outrigger.proxy.route;

import io.outrigger.config.BulkheadConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.exchange.Filter;
import io.outrigger.filter.bulkhead.BulkheadFilter;
import io.outrigger.filter.bulkhead.BulkheadMetrics;
import io.outrigger.filter.bulkhead.Slots;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The bulkheads of a configuration's routes, with the slots of the snapshot before it, or fresh ones. Confined to the reload thread. */
public final class Bulkheads {
    /**
     * One bulkhead, of one route or several. Immutable; the slots are shared by all loops.
     *
     * @param name that it was given, else that of its route
     */
    public record Bulkhead(String name, BulkheadConfig config, Slots slots) {}

    private final Kept kept;
    private final BulkheadMetrics metrics;
    private final Map<String, Bulkhead> byName = new LinkedHashMap<>();
    private final Map<String, Bulkhead> byRoute = new LinkedHashMap<>();

    public Bulkheads(Kept kept, BulkheadMetrics metrics) {
        this.kept = kept;
        this.metrics = metrics;
    }

    /** The same each time, and the same for routes that share it. */
    public Optional<Bulkhead> of(RouteConfig route) {
        return route.policies()
                .bulkhead()
                .map(config -> byRoute.computeIfAbsent(
                        route.name(),
                        _ -> byName.computeIfAbsent(config.nameFor(route.name()), name -> make(name, config))));
    }

    private Bulkhead make(String name, BulkheadConfig config) {
        Slots slots = kept.claim(name, Slots.class, "", () -> new Slots(config.maxConnections()));
        return new Bulkhead(name, config, slots);
    }

    Filter filter(Bulkhead bulkhead) {
        return new BulkheadFilter(
                bulkhead.name(), bulkhead.config(), bulkhead.slots(), metrics.meters(bulkhead.name()));
    }

    /** Of all routes that were asked for. */
    public Map<String, Bulkhead> byRoute() {
        return Map.copyOf(byRoute);
    }
}
