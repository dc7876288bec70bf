package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Flag;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.WholeNumber;
import io.outrigger.config.key.Word;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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

    private static final Key<Integer> ATTEMPTS = Key.of(
                    "attempts", WholeNumber.of(1, 10), "How many, the first one included.")
            .or("3");
    private static final Key<List<Object>> ON = Key.of(
                    "on",
                    OneOf.<Object>of(
                                    Word.<Object>of(Condition.values()),
                                    Statuses.of(400, 599).map(r -> r))
                            .list(1),
                    "What is followed by another attempt, as far as that is safe.")
            .or("[notSent, refused, staleConnection, reset, attemptTimeout, 502, 503, 504]");
    private static final Key<List<String>> METHODS = Key.of(
                    "methods",
                    HttpTexts.METHOD.list(0),
                    "Methods that may be sent again when the upstream may have seen the request.")
            .or("[GET, HEAD, OPTIONS, PUT, DELETE]");
    private static final Key<BackoffConfig> BACKOFF = Key.of(
                    "backoff", BackoffConfig.BLOCK, "The pause before another attempt.")
            .or("{}");
    private static final Key<Boolean> RESPECT_RETRY_AFTER = Key.of(
                    "respectRetryAfter", Flag.FLAG, "Whether Retry-After replaces the pause.")
            .or("true");
    private static final Key<DataSize> BODY_BUFFER = Key.of(
                    "bodyBuffer",
                    Sizes.of(new DataSize(0), DataSize.ofMiB(16)),
                    "The longest body that is kept for another attempt; a longer one is sent once.")
            .or("64KiB");
    private static final Key<Optional<BudgetConfig>> BUDGET = Key.orOff(
                    "budget", BudgetConfig.BLOCK, "How many extra attempts the first ones pay for.")
            .or("{}");

    static final Block<RetryConfig> BLOCK = Block.of(
                    "Which attempts are followed by another one, how many, and after what pause.",
                    v -> new RetryConfig(
                            v.get(ATTEMPTS),
                            some(Condition.class, v.get(ON)),
                            StatusSet.of(List.copyOf(some(StatusSet.Range.class, v.get(ON)))),
                            new LinkedHashSet<>(v.get(METHODS)),
                            v.get(BACKOFF),
                            v.get(RESPECT_RETRY_AFTER),
                            v.get(BODY_BUFFER),
                            v.get(BUDGET)),
                    ATTEMPTS,
                    ON,
                    METHODS,
                    BACKOFF,
                    RESPECT_RETRY_AFTER,
                    BODY_BUFFER,
                    BUDGET)
            .example("""
                    attempts: 3
                    on: [notSent, refused, staleConnection, reset, 502-504]
                    methods: [GET, HEAD, OPTIONS, PUT, DELETE]
                    backoff: {base: 50ms, max: 1s, jitter: equal}
                    budget: {ratio: 10%}
                    """);

    public RetryConfig {
        ATTEMPTS.check(attempts);
        BODY_BUFFER.check(bodyBuffer);
        on = Collections.unmodifiableSet(on.isEmpty() ? EnumSet.noneOf(Condition.class) : EnumSet.copyOf(on));
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
    }

    /** Those of the given kind, in their order. */
    static <T> Set<T> some(Class<T> kind, List<Object> all) {
        return all.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The same for another number of attempts. */
    public RetryConfig withAttempts(int most) {
        return new RetryConfig(most, on, statuses, methods, backoff, respectRetryAfter, bodyBuffer, budget);
    }

    /** What holds when the file says nothing: only what cannot have reached the upstream is sent again. */
    public static RetryConfig safe() {
        return PoliciesConfig.defaults().retry().orElseThrow();
    }
}
