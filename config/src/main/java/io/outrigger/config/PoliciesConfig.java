package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Values;
import java.util.List;
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

    private static final Key<Optional<TimeoutConfig>> TIMEOUT = Key.orOff(
                    "timeout", TimeoutConfig.BLOCK, "How long the whole exchange, one attempt, and silence may last.")
            .or("{}");
    private static final Key<Optional<RetryConfig>> RETRY = Key.orOff(
                    "retry",
                    RetryConfig.BLOCK,
                    "Which attempts are followed by another one. Without this key only those that the upstream cannot have seen.")
            .or("{on: [notSent, refused, staleConnection]}");
    private static final Key<Optional<HedgeConfig>> HEDGE =
            Key.orOff("hedge", HedgeConfig.BLOCK, "Starts another attempt besides when one takes long.");
    private static final Key<Optional<CircuitBreakerConfig>> CIRCUIT_BREAKER =
            Key.orOff("circuitBreaker", CircuitBreakerConfig.BLOCK, "Refuses calls while the upstream fails.");
    private static final Key<Optional<BulkheadConfig>> BULKHEAD =
            Key.orOff("bulkhead", BulkheadConfig.BLOCK, "Gives the route connections of its own.");
    private static final Key<Optional<RateLimitConfig>> RATE_LIMIT =
            Key.orOff("rateLimit", RateLimitConfig.BLOCK, "Answers 429 above a rate.");
    private static final Key<Optional<ConcurrencyConfig>> CONCURRENCY =
            Key.orOff("concurrency", ConcurrencyConfig.BLOCK, "Limits what is in flight, by the latency that is seen.");
    private static final Key<Optional<PriorityConfig>> PRIORITY =
            Key.orOff("priority", PriorityConfig.BLOCK, "Which requests are shed first under pressure.");
    private static final Key<Optional<IdempotencyConfig>> IDEMPOTENCY =
            Key.orOff("idempotency", IdempotencyConfig.BLOCK, "Makes requests with a key happen once.");
    private static final Key<Optional<FallbackConfig>> FALLBACK =
            Key.orOff("fallback", FallbackConfig.BLOCK, "What is answered when the upstream cannot.");
    private static final Key<Optional<SloConfig>> SLO = Key.orOff("slo", SloConfig.BLOCK, "What the route promises.");

    static final List<Key<?>> KEYS = List.of(
            TIMEOUT,
            RETRY,
            HEDGE,
            CIRCUIT_BREAKER,
            BULKHEAD,
            RATE_LIMIT,
            CONCURRENCY,
            PRIORITY,
            IDEMPOTENCY,
            FALLBACK,
            SLO);

    static final Block<PoliciesConfig> BLOCK = Block.of(
                    "Policies of every route that does not have the same key itself.", PoliciesConfig::of)
            .and(KEYS)
            .passingOn();

    static PoliciesConfig of(Values v) {
        return new PoliciesConfig(
                v.get(TIMEOUT),
                v.get(RETRY),
                v.get(HEDGE),
                v.get(CIRCUIT_BREAKER),
                v.get(BULKHEAD),
                v.get(RATE_LIMIT),
                v.get(CONCURRENCY),
                v.get(PRIORITY),
                v.get(IDEMPOTENCY),
                v.get(FALLBACK),
                v.get(SLO));
    }

    PoliciesConfig withoutCircuitBreaker() {
        return new PoliciesConfig(
                timeout,
                retry,
                hedge,
                Optional.empty(),
                bulkhead,
                rateLimit,
                concurrency,
                priority,
                idempotency,
                fallback,
                slo);
    }

    /** What the stores in memory of a route may take. */
    public long storeBytes() {
        long bytes = idempotency
                .filter(keys -> keys.store().equals(IdempotencyConfig.MEMORY_STORE))
                .map(keys -> keys.memory().maxBytes().bytes())
                .orElse(0L);
        for (FallbackConfig.Rung rung : fallback.map(FallbackConfig::rungs).orElse(List.of())) {
            bytes += rung instanceof FallbackConfig.Rung.Stale stale
                    ? stale.maxBytes().bytes()
                    : 0;
        }
        return bytes;
    }

    /** What holds when the file says nothing: timeouts and safe retries. */
    public static PoliciesConfig defaults() {
        return BLOCK.ofDefaults();
    }
}
