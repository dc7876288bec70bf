package io.outrigger.proxy.route;

import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one listener, in the order in which they are asked. Allocates nothing, but where a route wants to see
 * the host, a header or a regex, or a path has dot segments. Immutable.
 */
public final class RouteTable {
    private final CompiledRoute[] routes;
    private final @Nullable CompiledRoute unmatched;
    private final boolean byHost;

    /** @param unmatched takes what no other does; null for a listener that then has no route */
    public RouteTable(List<CompiledRoute> routes, @Nullable CompiledRoute unmatched) {
        this.routes = routes.toArray(CompiledRoute[]::new);
        this.unmatched = unmatched;
        this.byHost = routes.stream().anyMatch(CompiledRoute::asksForHost);
    }

    /** The first route that takes it; null when none does. */
    public @Nullable CompiledRoute match(Request request) {
        if (routes.length == 0) {
            return unmatched;
        }
        Target target = DotSegments.resolve(request.target());
        RequestedHost host = byHost ? RequestedHost.of(request.host()) : null;
        for (CompiledRoute route : routes) {
            if (route.takes(request, target, host)) {
                return route;
            }
        }
        return unmatched;
    }

    /**
     * What became of a request here, for people. Immutable.
     *
     * @param passed why each route before did not take it, by name and in order
     * @param taker null when no route takes it
     */
    public record Look(Map<String, String> passed, @Nullable CompiledRoute taker) {}

    /** The same as {@link #match}, with the reasons. */
    public Look look(Request request) {
        Map<String, String> passed = new LinkedHashMap<>();
        Target target = DotSegments.resolve(request.target());
        RequestedHost host = RequestedHost.of(request.host());
        for (CompiledRoute route : routes) {
            String why = route.whyNot(request, target, host);
            if (why == null) {
                return new Look(passed, route);
            }
            passed.put(route.name(), why);
        }
        return new Look(passed, unmatched);
    }
}
