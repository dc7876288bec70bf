package io.outrigger.filter.fallback;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import java.util.Set;

/** Hands out what counts the degraded answers of each route. Shared by all loops. */
public final class FallbackMetrics {
    private final Family<Counter> degraded;

    public FallbackMetrics(Metrics metrics) {
        degraded = metrics.counters(
                "outrigger_degraded_total",
                "Answers that were given because the upstream could not, by what they were.",
                "route",
                "rung");
    }

    /** Counters of a route, which show 0 from now on. The same route gives the same ones. */
    public FallbackMeters route(String route) {
        Degraded[] kinds = Degraded.values();
        Counter[] counters = new Counter[kinds.length];
        for (Degraded kind : kinds) {
            counters[kind.ordinal()] = degraded.with(route, kind.label());
        }
        return new FallbackMeters(counters);
    }

    /** Forgets other routes than these, which have fallbacks. */
    public void retain(Set<String> routes) {
        degraded.retire(labels -> !routes.contains(labels.getFirst()));
    }
}
