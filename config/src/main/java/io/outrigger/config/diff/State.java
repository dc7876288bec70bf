package io.outrigger.config.diff;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something that a running proxy remembers for a listener, route or upstream, and on which keys it depends. Immutable.
 *
 * @param asks the key without which, or with {@code off}, there is none, or the value that it must have behind
 *     {@code =}; empty when there always is
 * @param shape the keys whose change makes it worthless
 */
record State(String name, String asks, List<String> shape) {
    static final List<State> OF_LISTENERS = List.of(new State("socket", "", List.of("address")));

    static final List<State> OF_STORES = List.of(new State("connection", "", List.of("redis")));

    static final List<State> OF_UPSTREAMS = List.of(
            new State("endpoints", "", List.of()),
            new State("looking up of names", "", List.of("endpoints", "dns")),
            new State("checking of endpoints", "healthCheck", List.of("healthCheck", "tls")),
            new State("comparing of endpoints", "outlierDetection", List.of("outlierDetection")),
            new State("balancing", "", List.of("balance")),
            new State("pool", "", List.of("pool", "connectTimeout", "tls")));

    static final List<State> OF_ROUTES = List.of(
            new State("service level", "slo", List.of("slo.latency.under")),
            new State("concurrency limit", "concurrency", List.of("concurrency.algorithm")),
            new State("slots", "bulkhead", List.of("bulkhead.name")),
            new State("rate limit", "rateLimit", List.of("rateLimit.key")),
            new State("retry budget", "retry.budget", List.of()),
            new State("stale answers", "fallback", List.of("fallback.rungs")),
            new State("hits under way", "fault", List.of()),
            new State("observed latencies", "hedge.after=p95", List.of()),
            new State("idempotency keys", "idempotency", List.of("idempotency.store", "idempotency.scope")),
            new State("circuit", "circuitBreaker.scope=route", List.of()),
            new State("circuit of its upstream", "circuitBreaker.scope=upstream", List.of("upstream")),
            new State("circuits of the endpoints", "circuitBreaker.scope=endpoint", List.of("upstream")));

    /** Of these states, those that there are with that configuration. */
    static List<State> of(List<State> states, Map<?, ?> config) {
        return states.stream().filter(state -> state.isThere(config)).toList();
    }

    private boolean isThere(Map<?, ?> config) {
        if (asks.isEmpty()) {
            return true;
        }
        int equals = asks.indexOf('=');
        Object value = at(config, equals < 0 ? asks : asks.substring(0, equals));
        return equals < 0
                ? value != null && !value.equals("off")
                : asks.substring(equals + 1).equals(value);
    }

    boolean outlives(Map<?, ?> before, Map<?, ?> after) {
        return isThere(before)
                && isThere(after)
                && shape.stream().allMatch(key -> Objects.equals(at(before, key), at(after, key)));
    }

    static List<String> names(Stream<State> states) {
        return states.map(State::name).collect(Collectors.toList());
    }

    private static @Nullable Object at(Map<?, ?> config, String path) {
        Object value = config;
        for (String key : path.split("\\.", -1)) {
            value = value instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return value;
    }
}
