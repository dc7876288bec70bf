package io.outrigger.metrics;

import java.util.function.DoubleSupplier;

/** Shows how the names of upstreams resolve. Shared by all loops. */
public final class DnsMeters {
    private final Family<Reading> lookups;
    private final Family<Reading> ages;

    public DnsMeters(Metrics metrics) {
        lookups = metrics.readCounters(
                "outrigger_dns_lookups_total",
                "Look-ups of the names of an upstream, by how they ended.",
                "upstream",
                "result");
        ages = metrics.gauges(
                "outrigger_dns_age_seconds",
                "How long ago the last successful look-up was, of the name for which that is longest.",
                "upstream");
    }

    /** Shows an upstream that has names, from what is kept elsewhere. */
    public void show(String upstream, DoubleSupplier ageSeconds, SharedCounter successes, SharedCounter failures) {
        ages.put(new Reading(ageSeconds), upstream);
        lookups.put(new Reading(successes::total), upstream, "success");
        lookups.put(new Reading(failures::total), upstream, "failure");
    }

    /** Shows an upstream no more. */
    public void forget(String upstream) {
        ages.retire(labels -> labels.getFirst().equals(upstream));
        lookups.retire(labels -> labels.getFirst().equals(upstream));
    }
}
