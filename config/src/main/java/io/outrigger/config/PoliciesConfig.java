package io.outrigger.config;

import java.util.Optional;

/** The filters of a route, each empty when it is off or absent. Immutable. */
public record PoliciesConfig(
        Optional<TimeoutConfig> timeout,
        Optional<RetryConfig> retry,
        Optional<HedgeConfig> hedge,
        Optional<CircuitBreakerConfig> circuitBreaker,
        Optional<BulkheadConfig> bulkhead,
        Optional<RateLimitConfig> rateLimit,
        Optional<ConcurrencyConfig> concurrency,
        Optional<PriorityConfig> priority,
        Optional<IdempotencyConfig> idempotency,
        Optional<FallbackConfig> fallback,
        Optional<SloConfig> slo) {

    /** What holds when the file says nothing: timeouts and safe retries. */
    public static PoliciesConfig defaults() {
        return new PoliciesConfig(
                Optional.of(TimeoutConfig.defaults()),
                Optional.of(RetryConfig.safe()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
