package io.outrigger.filter.slo;

import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.List;
import java.util.Map;

/** Shows how the promises of routes stand. Shared by all loops. */
public final class SloMetrics {
    private final Family<Reading> objectives;
    private final Family<Reading> budgets;
    private final Family<Reading> burns;
    private final Family<Reading> events;

    public SloMetrics(Metrics metrics) {
        objectives = metrics.gauges(
                "outrigger_slo_objective", "Share of the requests that shall be as promised.", "route", "sli");
        budgets = metrics.gauges(
                "outrigger_slo_error_budget_remaining",
                "Share of the error budget that is left: 1 for all, 0 for none, less when more was used up.",
                "route",
                "sli");
        burns = metrics.gauges(
                "outrigger_slo_burn_rate",
                "How many times faster than promised the error budget is used up.",
                "route",
                "sli",
                "window");
        events = metrics.readCounters(
                "outrigger_slo_events_total",
                "Requests that were as promised, and that were not.",
                "route",
                "sli",
                "result");
    }

    /** Shows it in the place of what the route promised before. */
    public void show(Slo slo) {
        String route = slo.route();
        List<String> names = slo.names();
        for (int i = 0; i < names.size(); i++) {
            int index = i;
            String sli = names.get(i);
            objectives.put(new Reading(() -> slo.objective(index)), route, sli);
            budgets.put(new Reading(() -> slo.budgetRemaining(index)), route, sli);
            events.put(new Reading(() -> slo.good(index)), route, sli, "good");
            events.put(new Reading(() -> slo.bad(index)), route, sli, "bad");
            for (SloWindow window : SloWindow.values()) {
                burns.put(new Reading(() -> slo.burnRate(index, window)), route, sli, window.label());
            }
        }
    }

    /** Forgets other promises than these, by their routes. */
    public void retain(Map<String, Slo> byRoute) {
        for (Family<Reading> family : List.of(objectives, budgets, burns, events)) {
            family.retire(labels -> {
                Slo slo = byRoute.get(labels.getFirst());
                return slo == null || !slo.names().contains(labels.get(1));
            });
        }
    }
}
