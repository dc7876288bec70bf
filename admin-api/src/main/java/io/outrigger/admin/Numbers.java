package io.outrigger.admin;

import io.outrigger.metrics.Buckets;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Histogram;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** What the metrics say of one route or upstream, since the process began, for people. Immutable. */
final class Numbers {
    private static final String DURATIONS = "http_request_duration_seconds";

    private final List<Family<?>> families;

    Numbers(Metrics metrics) {
        this.families = metrics.families();
    }

    /** How many requests by class of status, how many in flight, what became of their attempts, how long they took. */
    Map<String, Object> ofRoute(String route) {
        long[] counts = new long[Buckets.DURATIONS.count()];
        each(DURATIONS, "route", route, (labels, series) -> {
            if (series instanceof Histogram histogram) {
                add(counts, histogram.counts());
            }
        });
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", route);
        tree.put("requests", sums(DURATIONS, "route", route, "status", status -> status.charAt(0) + "xx"));
        tree.put("inFlight", total(sums("http_requests_in_flight", "route", route, "route", label -> label)));
        tree.put("failures", sums("outrigger_failures_total", "route", route, "cause", label -> label));
        tree.put("attempts", sums("outrigger_attempts_total", "route", route, "outcome", label -> label));
        tree.put("retries", sums("outrigger_retries_total", "route", route, "result", label -> label));
        tree.put("retriesDenied", sums("outrigger_retry_denied_total", "route", route, "reason", label -> label));
        tree.put("hedges", sums("outrigger_hedges_total", "route", route, "result", label -> label));
        each(
                "outrigger_budget_tokens",
                "route",
                route,
                (labels, series) -> tree.put("budgetTokens", FamilyCollector.value(series)));
        each(
                "outrigger_concurrency_limit",
                "route",
                route,
                (labels, series) -> tree.put("concurrencyLimit", FamilyCollector.value(series)));
        tree.put("degraded", sums("outrigger_degraded_total", "route", route, "rung", label -> label));
        tree.put("shed", sums("outrigger_shed_total", "route", route, "priority", label -> label));
        tree.put("latencyMs", latency(counts));
        tree.put("durations", durations(counts));
        return tree;
    }

    /** What {@link #ofRoute} gives. */
    static Schema ofRoute(Schema object) {
        Schema many = Schema.count("How many.");
        Schema millis = Schema.number("In milliseconds.");
        return object.with("name", Schema.text("Its name."))
                .with("requests", Schema.map("Requests that have ended, by class of status, such as 2xx.", many))
                .with("inFlight", Schema.count("Requests that have not ended."))
                .with("failures", Schema.map("Requests that ended with a failure, by cause.", many))
                .with("attempts", Schema.map("Attempts that have ended, by outcome.", many))
                .with("retries", Schema.map("Requests that were sent more than once, by result.", many))
                .with(
                        "retriesDenied",
                        Schema.map("Failed attempts that were not followed by another, by reason.", many))
                .with("hedges", Schema.map("Attempts that were begun beside others, by result.", many))
                .withOptional("budgetTokens", Schema.number("Extra attempts that are paid for now."))
                .withOptional(
                        "concurrencyLimit", Schema.number("Requests that may be in flight, as the latency has it."))
                .with("degraded", Schema.map("Answers that were given for the upstream's, by what they were.", many))
                .with("shed", Schema.map("Requests that were refused because of that limit, by priority.", many))
                .with(
                        "latencyMs",
                        Schema.object("Estimates since the start; empty without requests.")
                                .withOptional("p50", millis)
                                .withOptional("p90", millis)
                                .withOptional("p99", millis))
                .with(
                        "durations",
                        Schema.object("How many requests took how long, for estimates over any time between two looks.")
                                .with("upToMs", Schema.list("Upper ends of all buckets but the last.", millis))
                                .with("counts", Schema.list("Requests in each bucket.", many)));
    }

    /** How many slots there are and are taken, how many wait for one, and how many got none. */
    Map<String, Object> ofBulkhead(String bulkhead) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", bulkhead);
        for (String what : List.of("limit", "in_use", "pending", "refused_total")) {
            String key = what.equals("in_use") ? "inUse" : what.equals("refused_total") ? "refused" : what;
            tree.put(key, total(sums("outrigger_bulkhead_" + what, "bulkhead", bulkhead, "bulkhead", label -> label)));
        }
        return tree;
    }

    /** What {@link #ofBulkhead} gives. */
    static Schema bulkhead() {
        return Schema.object("A bulkhead.")
                .with("name", Schema.text("As metrics name it."))
                .with("limit", Schema.count("Its slots."))
                .with("inUse", Schema.count("Those that are taken."))
                .with("pending", Schema.count("Requests that wait for one."))
                .with("refused", Schema.count("Requests that got none."));
    }

    /** How many connections by their state. */
    Map<String, Long> connectionsTo(String upstream) {
        return sums("outrigger_pool_connections", "upstream", upstream, "state", label -> label);
    }

    /** How many were opened, or not, by what became of it. */
    Map<String, Long> connectsTo(String upstream) {
        return sums("outrigger_pool_connects_total", "upstream", upstream, "result", label -> label);
    }

    /** The series of one route or upstream, added up by another label. */
    Map<String, Long> sums(String name, String label, String value, String by, UnaryOperator<String> group) {
        Map<String, Long> sums = new TreeMap<>();
        each(
                name,
                label,
                value,
                (labels, series) -> sums.merge(
                        group.apply(labels.getOrDefault(by, "?")), (long) FamilyCollector.value(series), Long::sum));
        return sums;
    }

    private static long total(Map<String, Long> sums) {
        return sums.values().stream().mapToLong(Long::longValue).sum();
    }

    void each(String name, String label, String value, BiConsumer<Map<String, String>, Series> then) {
        for (Family<?> family : families) {
            if (family.name().equals(name)) {
                family.series().forEach((values, series) -> {
                    Map<String, String> labels = new LinkedHashMap<>();
                    for (int i = 0; i < values.size(); i++) {
                        labels.put(family.labelNames().get(i), values.get(i));
                    }
                    if (value.equals(labels.get(label))) {
                        then.accept(labels, series);
                    }
                });
            }
        }
    }

    private static void add(long[] counts, long[] more) {
        for (int i = 0; i < Math.min(counts.length, more.length); i++) {
            counts[i] += more[i];
        }
    }

    private static Map<String, Object> durations(long[] counts) {
        List<Double> bounds = new ArrayList<>();
        for (int bucket = 0; bucket < counts.length - 1; bucket++) {
            bounds.add(Math.round(Buckets.DURATIONS.upperSeconds(bucket) * 1e6) / 1e3);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("upToMs", bounds);
        tree.put("counts", Arrays.stream(counts).boxed().toList());
        return tree;
    }

    /** Estimates, evenly spread within a bucket, as Prometheus's histogram_quantile does; empty without requests. */
    static Map<String, Object> latency(long[] counts) {
        Map<String, Object> tree = new LinkedHashMap<>();
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        if (total > 0) {
            tree.put("p50", quantile(counts, total * 0.5));
            tree.put("p90", quantile(counts, total * 0.9));
            tree.put("p99", quantile(counts, total * 0.99));
        }
        return tree;
    }

    private static double quantile(long[] counts, double rank) {
        int bucket = 0;
        double below = 0;
        while (bucket < counts.length - 1 && below + counts[bucket] < rank) {
            below += counts[bucket++];
        }
        double lower = bucket == 0 ? 0 : Buckets.DURATIONS.upperSeconds(bucket - 1);
        double upper = Buckets.DURATIONS.upperSeconds(bucket);
        double seconds = Double.isInfinite(upper) ? lower : lower + (upper - lower) * (rank - below) / counts[bucket];
        return Math.round(seconds * 1e5) / 1e2; // two decimals of a millisecond
    }
}
