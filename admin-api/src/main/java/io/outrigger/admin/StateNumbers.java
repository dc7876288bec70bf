package io.outrigger.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the metrics say of what a route remembers of requests before: their keys, and their rate. Immutable. */
record StateNumbers(Numbers numbers) {
    /** Of the keys of a route: their store, and what became of requests with one; empty when it has none. */
    Optional<Map<String, Object>> keys(String route) {
        Map<String, Object> tree = new LinkedHashMap<>();
        numbers.each("outrigger_idempotency_total", "route", route, (labels, series) -> {
            tree.put("store", labels.getOrDefault("store", "?"));
        });
        if (tree.isEmpty()) {
            return Optional.empty();
        }
        numbers.each(
                "outrigger_store_connected",
                "store",
                String.valueOf(tree.get("store")),
                (labels, series) -> tree.put("connected", FamilyCollector.value(series) != 0));
        for (String what : new String[] {"keys", "bytes", "forgotten_total"}) {
            numbers.each(
                    "outrigger_idempotency_" + what,
                    "route",
                    route,
                    (labels, series) -> tree.put(what.replace("_total", ""), (long) FamilyCollector.value(series)));
        }
        tree.put("results", numbers.sums("outrigger_idempotency_total", "route", route, "result", label -> label));
        return Optional.of(tree);
    }

    /** What {@link #keys} gives. */
    static Schema keys() {
        return Schema.object("The idempotency keys of a route.")
                .with("store", Schema.text("Where they are."))
                .withOptional(
                        "connected", Schema.truth("Whether the store can be asked; only of one that is elsewhere."))
                .withOptional("keys", Schema.count("How many are known; only in memory."))
                .withOptional("bytes", Schema.count("What they and their answers take; only in memory."))
                .withOptional("forgotten", Schema.count("Answers that were given up to make room; only in memory."))
                .with("results", Schema.map("Requests with a key, by what became of them.", Schema.count("How many.")));
    }

    /** Of the bucket that all requests of a route share, and of the store that it is in; empty without either. */
    Optional<Map<String, Object>> rateLimit(String route) {
        Map<String, Object> tree = new LinkedHashMap<>();
        numbers.each(
                "outrigger_rate_limit_tokens",
                "route",
                route,
                (labels, series) -> tree.put("tokens", (long) FamilyCollector.value(series)));
        numbers.each(
                "outrigger_rate_limit_local_total",
                "route",
                route,
                (labels, series) -> tree.put("withoutStore", (long) FamilyCollector.value(series)));
        return tree.isEmpty() ? Optional.empty() : Optional.of(tree);
    }

    /** What {@link #rateLimit} gives. */
    static Schema rateLimit() {
        return Schema.object("The rate limit of a route.")
                .withOptional("tokens", Schema.count("Requests that would be let in at once."))
                .withOptional(
                        "withoutStore",
                        Schema.count("Requests that were judged without the store, which could not be asked."));
    }
}
