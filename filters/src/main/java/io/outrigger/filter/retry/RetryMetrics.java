package io.outrigger.filter.retry;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.Set;
import java.util.function.DoubleSupplier;

/** Hands out what counts the retries of each route. The same route gives the same counters. Shared by all loops. */
public final class RetryMetrics {
    private final Family<Counter> retries;
    private final Family<Counter> denied;
    private final Family<Reading> tokens;

    public RetryMetrics(Metrics metrics) {
        retries = metrics.counters(
                "outrigger_retries_total",
                "Requests that were sent more than once, by whether that helped in the end.",
                "route",
                "result");
        denied = metrics.counters(
                "outrigger_retry_denied_total",
                "Attempts that failed and were not followed by another one, by the reason.",
                "route",
                "reason");
        tokens = metrics.gauges("outrigger_budget_tokens", "Extra attempts that are paid for.", "route");
    }

    /** Counters of a route, which show 0 from now on. */
    public RetryMeters route(String route) {
        Denial[] reasons = Denial.values();
        Counter[] byReason = new Counter[reasons.length];
        for (Denial reason : reasons) {
            byReason[reason.ordinal()] = denied.with(route, reason.label());
        }
        return new RetryMeters(retries.with(route, "success"), retries.with(route, "exhausted"), byReason);
    }

    /** Shows the tokens of a route's budget. */
    public void budget(String route, DoubleSupplier tokensNow) {
        tokens.put(new Reading(tokensNow), route);
    }

    /** Forgets other routes than these, and the budgets of those without one. */
    public void retain(Set<String> routes, Set<String> routesWithBudget) {
        retries.retire(labels -> !routes.contains(labels.getFirst()));
        denied.retire(labels -> !routes.contains(labels.getFirst()));
        tokens.retire(labels -> !routesWithBudget.contains(labels.getFirst()));
    }
}
