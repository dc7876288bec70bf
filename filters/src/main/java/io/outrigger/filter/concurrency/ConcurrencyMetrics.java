package io.outrigger.filter.concurrency;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.Set;

/** Shows the limits of each route, and what they have shed. Shared by all loops. */
public final class ConcurrencyMetrics {
    private final Family<Reading> limits;
    private final Family<Counter> shed;

    public ConcurrencyMetrics(Metrics metrics) {
        limits = metrics.gauges(
                "outrigger_concurrency_limit", "Requests that may be in flight, as the latency has it.", "route");
        shed = metrics.counters(
                "outrigger_shed_total", "Requests that were refused because of that limit.", "route", "priority");
    }

    /**
     * Counters of a route, which show 0 from now on.
     *
     * @param byPriority whether its requests have priorities
     */
    public ConcurrencyMeters route(String route, boolean byPriority) {
        Counter[] counters = new Counter[Priorities.NONE + 1];
        for (int priority = 0; priority < counters.length; priority++) {
            boolean shown = byPriority == priority < Priorities.NONE;
            counters[priority] = shown ? shed.with(route, Priorities.label(priority)) : shed.unseen();
        }
        return new ConcurrencyMeters(counters);
    }

    /** Shows this limit as that of the route. */
    public void show(String route, ConcurrencyLimit limit) {
        limits.put(new Reading(limit::limit), route);
    }

    /**
     * Forgets other routes than these, which have limits, and of these what they count no longer.
     *
     * @param byPriority the routes whose requests have priorities
     */
    public void retain(Set<String> routes, Set<String> byPriority) {
        limits.retire(labels -> !routes.contains(labels.getFirst()));
        String none = Priorities.label(Priorities.NONE);
        shed.retire(labels -> !routes.contains(labels.getFirst())
                || byPriority.contains(labels.getFirst()) == labels.getLast().equals(none));
    }
}
