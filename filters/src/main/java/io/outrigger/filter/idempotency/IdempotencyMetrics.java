package io.outrigger.filter.idempotency;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** Shows what became of requests with keys, and what the stores hold, for each route. Shared by all loops. */
public final class IdempotencyMetrics {
    private final Family<Counter> results;
    private final Family<Reading> keys;
    private final Family<Reading> bytes;
    private final Family<Reading> forgotten;
    private final LongAdder unfinished = new LongAdder();

    public IdempotencyMetrics(Metrics metrics) {
        results = metrics.counters(
                "outrigger_idempotency_total",
                "Requests with a key, by what became of them.",
                "route",
                "store",
                "result");
        forgotten = metrics.readCounters(
                "outrigger_idempotency_forgotten_total",
                "Answers that were given up before their time, to make room.",
                "route",
                "store");
        keys = metrics.gauges("outrigger_idempotency_keys", "Keys that are known.", "route", "store");
        bytes = metrics.gauges("outrigger_idempotency_bytes", "What keys and their answers take.", "route", "store");
    }

    /** Counters of a route, which show 0 from now on. */
    public IdempotencyMeters route(String route, String store) {
        Result[] all = Result.values();
        Counter[] counters = new Counter[all.length];
        for (Result result : all) {
            counters[result.ordinal()] = results.with(route, store, result.label());
        }
        return new IdempotencyMeters(counters, unfinished);
    }

    /** Shows what the store inside the process holds for a route; what others hold is not known here. */
    public void show(RouteKeys route) {
        route.table().ifPresent(table -> {
            keys.put(new Reading(table::keys), route.route(), route.storeName());
            bytes.put(new Reading(table::bytes), route.route(), route.storeName());
            forgotten.put(new Reading(table::forgotten), route.route(), route.storeName());
        });
    }

    /** How many requests go on although their clients have been answered or have left. */
    public long unfinished() {
        return unfinished.sum();
    }

    /** Forgets routes without keys, and stores that are not theirs any more. */
    public void retain(Map<String, RouteKeys> byRoute) {
        Predicate<List<String>> gone = labels -> {
            RouteKeys keysOfRoute = byRoute.get(labels.getFirst());
            return keysOfRoute == null || !keysOfRoute.storeName().equals(labels.get(1));
        };
        results.retire(gone);
        keys.retire(gone);
        bytes.retire(gone);
        forgotten.retire(gone);
    }
}
