package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.metrics.Buckets;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NumbersTest {
    private static final int BUCKETS = Buckets.DURATIONS.count();

    private final Metrics metrics = new Metrics(1);

    @Test
    void aRoutesRequestsAreCountedByClassOfStatus() {
        var durations = metrics.histograms(
                "http_request_duration_seconds", "help", Buckets.DURATIONS, "service", "route", "method", "status");
        durations.with("s", "charge", "GET", "200").record(0, 1);
        durations.with("s", "charge", "POST", "204").record(0, 1);
        durations.with("s", "charge", "POST", "503").record(0, 1);
        durations.with("s", "list", "GET", "404").record(0, 1);
        metrics.loopGauges("http_requests_in_flight", "help", "service", "route")
                .with("s", "charge")
                .increment(0);

        assertThat(new Numbers(metrics).ofRoute("charge"))
                .containsEntry("requests", Map.of("2xx", 2L, "5xx", 1L))
                .containsEntry("inFlight", 1L);
    }

    @Test
    void anUpstreamsConnectionsAreCountedByState() {
        var pools = metrics.loopGauges("outrigger_pool_connections", "help", "upstream", "state");
        pools.with("payments", "idle").increment(0);
        pools.with("payments", "active");
        pools.with("other", "idle");

        assertThat(new Numbers(metrics).connectionsTo("payments")).isEqualTo(Map.of("idle", 1L, "active", 0L));
    }

    @Test
    void whatIsRememberedOfARouteIsShownWithItsStore() {
        var results = metrics.counters("outrigger_idempotency_total", "help", "route", "store", "result");
        results.with("charge", "memory", "stored").increment(0);
        results.with("pay", "shared", "held").increment(0);
        metrics.gauges("outrigger_idempotency_keys", "help", "route", "store")
                .put(new Reading(() -> 7), "charge", "memory");
        metrics.gauges("outrigger_idempotency_bytes", "help", "route", "store")
                .put(new Reading(() -> 700), "charge", "memory");
        metrics.gauges("outrigger_store_connected", "help", "store").put(new Reading(() -> 0), "shared");
        metrics.gauges("outrigger_rate_limit_tokens", "help", "route").put(new Reading(() -> 3.7), "charge");
        metrics.counters("outrigger_rate_limit_local_total", "help", "route")
                .with("pay")
                .increment(0);

        StateNumbers state = new StateNumbers(new Numbers(metrics));
        assertThat(state.keys("charge"))
                .contains(Map.of("store", "memory", "keys", 7L, "bytes", 700L, "results", Map.of("stored", 1L)));
        assertThat(state.keys("pay"))
                .contains(Map.of("store", "shared", "connected", false, "results", Map.of("held", 1L)));
        assertThat(state.keys("other")).isEmpty();
        assertThat(state.rateLimit("charge")).contains(Map.of("tokens", 3L));
        assertThat(state.rateLimit("pay")).contains(Map.of("withoutStore", 1L));
        assertThat(state.rateLimit("other")).isEmpty();
    }

    @Test
    void quantilesLieWithinTheirBucket() {
        long[] counts = new long[BUCKETS];
        counts[0] = 50; // up to 1 ms
        counts[2] = 40; // 2.5 to 5 ms
        counts[6] = 10; // 50 to 100 ms

        assertThat(Numbers.latency(counts)).isEqualTo(Map.of("p50", 1.0, "p90", 5.0, "p99", 95.0));
    }

    @Test
    void beyondTheLastBoundThereIsNoEstimateButTheBound() {
        long[] counts = new long[BUCKETS];
        counts[BUCKETS - 1] = 1;

        assertThat(Numbers.latency(counts)).containsEntry("p99", 30_000.0);
    }

    @Test
    void withoutRequestsThereIsNoLatency() {
        assertThat(Numbers.latency(new long[BUCKETS])).isEmpty();
    }
}
