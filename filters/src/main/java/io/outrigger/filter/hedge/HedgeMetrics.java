package io.outrigger.filter.hedge;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import java.util.Set;

/** Hands out what counts the hedges of each route. The same route gives the same counters. Shared by all loops. */
public final class HedgeMetrics {
    private final Family<Counter> hedges;

    public HedgeMetrics(Metrics metrics) {
        hedges = metrics.counters(
                "outrigger_hedges_total",
                "Attempts that were begun beside others, by whether they answered first.",
                "route",
                "result");
    }

    /** Counters of a route, which show 0 from now on. */
    public HedgeMeters route(String route) {
        return new HedgeMeters(hedges.with(route, "won"), hedges.with(route, "lost"));
    }

    /** Forgets other routes than these. */
    public void retain(Set<String> routes) {
        hedges.retire(labels -> !routes.contains(labels.getFirst()));
    }
}
