package io.outrigger.config;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which attempts are followed by another one, how many, and after what pause. Immutable. */
public record RetryConfig(
        int attempts,
        Set<Condition> on,
        StatusSet statuses,
        Set<String> methods,
        BackoffConfig backoff,
        boolean respectRetryAfter,
        DataSize bodyBuffer,
        Optional<BudgetConfig> budget) {

    /** What can happen to an attempt, besides a status. */
    public enum Condition {
        NOT_SENT,
        REFUSED,
        STALE_CONNECTION,
        RESET,
        ATTEMPT_TIMEOUT
    }

    public RetryConfig {
        on = Collections.unmodifiableSet(on.isEmpty() ? EnumSet.noneOf(Condition.class) : EnumSet.copyOf(on));
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
    }

    /** What holds when the file says nothing: only what cannot have reached the upstream is sent again. */
    public static RetryConfig safe() {
        return new RetryConfig(
                3,
                EnumSet.of(Condition.NOT_SENT, Condition.REFUSED, Condition.STALE_CONNECTION),
                StatusSet.NONE,
                new LinkedHashSet<>(List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE")),
                new BackoffConfig(Duration.ofMillis(25), Duration.ofMillis(250), BackoffConfig.Jitter.FULL),
                true,
                DataSize.ofKiB(64),
                Optional.of(new BudgetConfig(new Share(20), 3, Duration.ofSeconds(10))));
    }
}
