package io.outrigger.admin;

import io.outrigger.metrics.Buckets;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Histogram;
import io.outrigger.metrics.LoopGauge;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Series;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What the metrics say of one route or upstream, since the process began, for people. Immutable. */
final class Numbers {
    private final List<Family<?>> families;

    Numbers(Metrics metrics) {
        this.families = metrics.families();
    }

    /** How many requests by class of status, how many in flight, and how long they took. */
    Map<String, Object> ofRoute(String route) {
        Map<String, Long> byClass = new TreeMap<>();
        long[] counts = new long[Buckets.DURATIONS.count()];
        each("http_request_duration_seconds", "route", route, (labels, series) -> {
            if (series instanceof Histogram histogram) {
                byClass.merge(labels.getOrDefault("status", "?").charAt(0) + "xx", histogram.count(), Long::sum);
                add(counts, histogram.counts());
            }
        });
        long[] inFlight = {0};
        each("http_requests_in_flight", "route", route, (labels, series) -> inFlight[0] += value(series));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("requests", byClass);
        tree.put("inFlight", inFlight[0]);
        tree.put("latencyMs", latency(counts));
        return tree;
    }

    /** How many connections by their state. */
    Map<String, Long> connectionsTo(String upstream) {
        Map<String, Long> byState = new TreeMap<>();
        each(
                "outrigger_pool_connections",
                "upstream",
                upstream,
                (labels, series) -> byState.put(labels.getOrDefault("state", "?"), value(series)));
        return byState;
    }

    private void each(String name, String label, String value, BiConsumer<Map<String, String>, Series> then) {
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

    private static long value(Series series) {
        return series instanceof LoopGauge gauge ? gauge.value() : 0;
    }

    private static void add(long[] counts, long[] more) {
        for (int i = 0; i < Math.min(counts.length, more.length); i++) {
            counts[i] += more[i];
        }
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
