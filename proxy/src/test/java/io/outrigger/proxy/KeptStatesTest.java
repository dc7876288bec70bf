package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.diff.Change;
import io.outrigger.config.diff.Diff;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That {@code outrigger diff} tells of all state that a reload keeps: what is claimed here is named there. */
class KeptStatesTest {
    private static final Pattern CLAIM = Pattern.compile("\\bclaim\\(\\s*[\\w.()]+,\\s*(\\w+)\\.class");

    /** The class that is claimed, and what people know it by: State in io.outrigger.config.diff has the same words. */
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("EndpointSet", "endpoints"),
            Map.entry("UsableEndpoints", "endpoints"), // what is held against an endpoint is kept with it
            Map.entry("ActiveSeries", "endpoints"),
            Map.entry("Ejections", "endpoints"),
            Map.entry("ActiveWatch", "comparing of endpoints"),
            Map.entry("ActiveChecks", "checking of endpoints"),
            Map.entry("ActiveDiscovery", "looking up of names"),
            Map.entry("BalancerState", "balancing"),
            Map.entry("ActiveTls", "pool"), // whose connections are made with it
            Map.entry("ActivePool", "pool"),
            Map.entry("ServiceLevel", "service level"),
            Map.entry("ShownLimit", "concurrency limit"),
            Map.entry("Slots", "slots"),
            Map.entry("RedisLink", "connection"),
            Map.entry("RouteBuckets", "rate limit"),
            Map.entry("KeyedBuckets", "rate limit"),
            Map.entry("RetryBudget", "retry budget"),
            Map.entry("ActiveStale", "stale answers"),
            Map.entry("HitsUnderWay", "hits under way"),
            Map.entry("ObservedLatency", "observed latencies"),
            Map.entry("ActiveKeys", "idempotency keys"),
            Map.entry("CircuitBreaker", "circuit"),
            Map.entry("EndpointCircuits", "circuits of the endpoints"));

    private static Set<String> claimed() {
        Set<String> types = new HashSet<>();
        for (SourceFile file : SourceFile.under("src/main")) {
            Matcher claims = CLAIM.matcher(file.code());
            while (claims.find()) {
                types.add(claims.group(1));
            }
        }
        return types;
    }

    private static Set<String> told() {
        Set<String> told = new HashSet<>();
        for (String scope : List.of("route", "upstream", "endpoint")) {
            Map<String, Object> route = new TreeMap<>(Map.of(
                    "name", "pay",
                    "bulkhead", Map.of(),
                    "concurrency", Map.of(),
                    "rateLimit", Map.of(),
                    "retry", Map.of("budget", Map.of()),
                    "hedge", Map.of("after", "p95"),
                    "idempotency", Map.of(),
                    "fallback", Map.of(),
                    "circuitBreaker", Map.of("scope", scope)));
            route.put("slo", Map.of()); // an eleventh
            route.put("fault", Map.of());
            Map<String, ?> upstream = Map.of("healthCheck", Map.of(), "outlierDetection", Map.of());
            Map<String, ?> after = Map.of(
                    "stores",
                    Map.of("shared", Map.of()),
                    "routes",
                    List.of(route),
                    "upstreams",
                    Map.of("app", upstream));
            Diff.of(Map.of(), after).changes().stream().map(Change::fresh).forEach(told::addAll);
        }
        return told;
    }

    @Test
    void whatIsKeptHasWords() {
        assertThat(claimed()).hasSizeGreaterThan(5);
        assertThat(WORDS.keySet())
                .as("add it here, and to State in io.outrigger.config.diff with the keys that make its shape")
                .containsAll(claimed());
        assertThat(told()).containsAll(WORDS.values());
    }
}
