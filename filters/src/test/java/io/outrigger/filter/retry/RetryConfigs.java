package io.outrigger.filter.retry;

import io.outrigger.config.BackoffConfig;
import io.outrigger.config.BackoffConfig.Jitter;
import io.outrigger.config.BudgetConfig;
import io.outrigger.config.DataSize;
import io.outrigger.config.RetryConfig;
import io.outrigger.config.RetryConfig.Condition;
import io.outrigger.config.Share;
import io.outrigger.config.StatusSet;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Settings of retries where a test cares for one or two of them. */
final class RetryConfigs {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    private RetryConfigs() {}

    /** Everything there is to retry: three attempts, pauses of 25 and 50 ms, 64 bytes of body, 3 tokens to begin with. */
    static RetryConfig all() {
        return new RetryConfig(
                3,
                EnumSet.allOf(Condition.class),
                StatusSet.of(429, 502, 503, 504),
                METHODS,
                new BackoffConfig(Duration.ofMillis(25), Duration.ofMillis(250), Jitter.NONE),
                true,
                new DataSize(64),
                Optional.of(new BudgetConfig(new Share(20), 3, Duration.ofSeconds(10))));
    }

    /** The values of all keys when the file says {@code retry: {}}, with the budget or without one. */
    static RetryConfig usual(boolean budget) {
        RetryConfig all = all();
        return new RetryConfig(
                3,
                all.on(),
                all.statuses(),
                METHODS,
                new BackoffConfig(Duration.ofMillis(25), Duration.ofMillis(250), Jitter.FULL),
                true,
                DataSize.ofKiB(64),
                budget ? all.budget() : Optional.empty());
    }

    static RetryConfig only(Condition... on) {
        Set<Condition> conditions = EnumSet.noneOf(Condition.class);
        conditions.addAll(Set.of(on));
        RetryConfig all = all();
        return new RetryConfig(
                all.attempts(),
                conditions,
                StatusSet.NONE,
                METHODS,
                all.backoff(),
                true,
                all.bodyBuffer(),
                all.budget());
    }

    static RetryConfig attempts(int attempts) {
        RetryConfig all = all();
        return new RetryConfig(
                attempts, all.on(), all.statuses(), METHODS, all.backoff(), true, all.bodyBuffer(), Optional.empty());
    }

    /** With a budget that pays for everything. */
    static RetryConfig rich() {
        RetryConfig all = all();
        return new RetryConfig(
                3,
                all.on(),
                all.statuses(),
                METHODS,
                all.backoff(),
                true,
                all.bodyBuffer(),
                Optional.of(new BudgetConfig(new Share(100), 1000, Duration.ofSeconds(10))));
    }

    static RetryConfig heedless() {
        RetryConfig all = all();
        return new RetryConfig(
                3, all.on(), all.statuses(), METHODS, all.backoff(), false, all.bodyBuffer(), all.budget());
    }
}
