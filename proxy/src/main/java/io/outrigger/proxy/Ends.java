package io.outrigger.proxy;

import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.UpstreamConfig;
import io.outrigger.exchange.Service;
import io.outrigger.filter.observe.Meters;
import io.outrigger.proxy.route.Bulkheads;
import io.outrigger.proxy.route.Circuits;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.route.RouteChain;
import io.outrigger.proxy.upstream.Failover;
import io.outrigger.proxy.upstream.Upstream;
import io.outrigger.proxy.upstream.UpstreamService;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Makes the ends of chains: what sends to an upstream, or where that has others to stand in for it to the first that is
 * usable. Confined to the reload thread.
 *
 * @param reached the upstreams by name
 */
record Ends(
        OutriggerConfig config,
        Map<String, Upstream> reached,
        Upstreams upstreams,
        Bulkheads bulkheads,
        Circuits circuits,
        Meters meters,
        Kept kept)
        implements RouteChain.Upstreams {
    private static final Duration IDLE_WITHOUT_TIMEOUTS = Duration.ofDays(1); // timeout: off

    @Override
    public Service to(String upstream, RouteConfig route) {
        List<UpstreamService> all =
                inOrder(upstream).stream().map(name -> one(name, route)).toList();
        return all.size() == 1 ? all.getFirst() : new Failover(all);
    }

    /** Those that stand in for an upstream may have others in their turn. */
    private Set<String> inOrder(String upstream) {
        Set<String> names = new LinkedHashSet<>();
        ArrayDeque<String> left = new ArrayDeque<>(List.of(upstream));
        while (!left.isEmpty()) {
            String name = left.pop();
            if (names.add(name)) {
                config(name).failover().reversed().forEach(left::push);
            }
        }
        return names;
    }

    private UpstreamService one(String name, RouteConfig route) {
        Upstream shared = Objects.requireNonNull(reached.get(name), name);
        Upstream own = bulkheads
                .of(route)
                .map(bulkhead -> upstreams.of(shared, config(name), bulkhead, kept))
                .orElse(shared);
        Duration idle = route.timeout().map(timeout -> timeout.idle()).orElse(IDLE_WITHOUT_TIMEOUTS);
        return new UpstreamService(
                own,
                meters.attempts(route.name(), name),
                circuits.of(route, name).endpoints(),
                idle);
    }

    private UpstreamConfig config(String name) {
        return Objects.requireNonNull(config.upstreams().get(name), name);
    }
}
