package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.WholeNumber;
import io.outrigger.config.key.Word;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** When a circuit opens, for how long, and what closes it again. Immutable. */
public record CircuitBreakerConfig(
        Window window,
        int minimumCalls,
        Share failureRate,
        Optional<Integer> consecutiveFailures,
        Optional<SlowCalls> slowCalls,
        StatusSet failureStatuses,
        Duration openFor,
        Duration maxOpenFor,
        int halfOpenCalls,
        int successesToClose,
        Scope scope) {

    /** What rates are taken over. Immutable. */
    public sealed interface Window {
        record Time(Duration length) implements Window {}

        record Calls(int count) implements Window {}

        /** How the file says it. */
        final class Keys {
            private static final Key<Optional<Window>> TIME = Key.optional(
                    "time", Durations.wholeSecondsUpTo(Duration.ofHours(1)).map(Time::new), "The calls of that time.");
            private static final Key<Optional<Window>> CALLS =
                    Key.optional("calls", WholeNumber.of(1, 100_000).map(Calls::new), "That many calls.");

            static final Block<Window> BLOCK = Block.of(
                            "What rates are taken over.", v -> v.only(TIME, CALLS), TIME, CALLS)
                    .ofAlternatives();

            private Keys() {}
        }
    }

    /** How long a slow call takes at least, and the share of them that opens the circuit. */
    public record SlowCalls(Duration slowCall, Share slowRate) {}

    /** What shares one circuit. */
    public enum Scope {
        ROUTE,
        UPSTREAM,
        ENDPOINT
    }

    private static final Durations TIME = Durations.upTo(Duration.ofHours(24));
    private static final Shares RATE = Shares.of(1, 100);
    private static final WholeNumber CALLS = WholeNumber.of(1, 100_000);

    private static final Key<Window> WINDOW =
            Key.of("window", Window.Keys.BLOCK, "What rates are taken over.").or("{time: 30s}");
    private static final Key<Integer> MINIMUM_CALLS = Key.of(
                    "minimumCalls", CALLS, "With fewer calls in the window no rate is judged.")
            .or("20");
    private static final Key<Share> FAILURE_RATE = Key.of(
                    "failureRate", RATE, "Share of failures that opens the circuit.")
            .or("50%");
    private static final Key<Optional<Integer>> CONSECUTIVE_FAILURES =
            Key.optional("consecutiveFailures", CALLS, "Failures in a row that open it, whatever the rate.");
    private static final Key<Optional<Duration>> SLOW_CALL =
            Key.optional("slowCall", TIME, "A call that takes longer is slow.");
    private static final Key<Optional<Share>> SLOW_RATE =
            Key.optional("slowRate", RATE, "Share of slow calls that opens it; 80% where only slowCall is given.");
    private static final Key<List<StatusSet.Range>> FAILURE_STATUSES = Key.of(
                    "failureStatuses", Statuses.of(400, 599).list(0), "Answers that are failures.")
            .or("[500-599]");
    private static final Key<Duration> OPEN_FOR = Key.of(
                    "openFor", TIME, "How long it stays open, ±20%; doubled at each reopening.")
            .or("5s");
    private static final Key<Duration> MAX_OPEN_FOR =
            Key.of("maxOpenFor", TIME, "It never stays open longer.").or("60s");
    private static final Key<Integer> HALF_OPEN_CALLS = Key.of(
                    "halfOpenCalls",
                    WholeNumber.of(1, 1000),
                    "Calls that are let through to try; the default gives way to a successesToClose above it.")
            .or("3");
    private static final Key<Integer> SUCCESSES_TO_CLOSE = Key.of(
                    "successesToClose",
                    WholeNumber.of(1, 1000),
                    "Successes among them that close it; the default gives way to a halfOpenCalls below it.")
            .or("2");
    private static final Key<Scope> SCOPE = Key.of(
                    "scope",
                    Word.of(Scope.values()),
                    "What shares one circuit: the route, all routes to the upstream, or each endpoint for itself.")
            .or("route");

    static final Block<CircuitBreakerConfig> BLOCK = Block.of(
                    "When a circuit opens, for how long, and what closes it again.",
                    v -> {
                        Optional<Share> slowRate = v.get(SLOW_RATE);
                        Optional<Duration> slowCall = v.get(SLOW_CALL);
                        Rejected.unless(
                                slowCall.isPresent() || slowRate.isEmpty(),
                                "slowRate",
                                "without slowCall",
                                "slowCall besides");
                        int successesToClose = v.orAtMost(SUCCESSES_TO_CLOSE, v.get(HALF_OPEN_CALLS));
                        int halfOpenCalls = v.orAtLeast(HALF_OPEN_CALLS, successesToClose);
                        return new CircuitBreakerConfig(
                                v.get(WINDOW),
                                v.get(MINIMUM_CALLS),
                                v.get(FAILURE_RATE),
                                v.get(CONSECUTIVE_FAILURES),
                                slowCall.map(time -> new SlowCalls(time, v.orImplied(SLOW_RATE, new Share(80)))),
                                StatusSet.of(v.get(FAILURE_STATUSES)),
                                v.get(OPEN_FOR),
                                v.get(MAX_OPEN_FOR),
                                halfOpenCalls,
                                successesToClose,
                                v.get(SCOPE));
                    },
                    WINDOW,
                    MINIMUM_CALLS,
                    FAILURE_RATE,
                    CONSECUTIVE_FAILURES,
                    SLOW_CALL,
                    SLOW_RATE,
                    FAILURE_STATUSES,
                    OPEN_FOR,
                    MAX_OPEN_FOR,
                    HALF_OPEN_CALLS,
                    SUCCESSES_TO_CLOSE,
                    SCOPE)
            .example("""
                    window: {calls: 100}
                    failureRate: 50%
                    slowCall: 1s
                    slowRate: 80%
                    openFor: 5s
                    """);

    public CircuitBreakerConfig {
        MINIMUM_CALLS.check(minimumCalls);
        FAILURE_RATE.check(failureRate);
        CONSECUTIVE_FAILURES.check(consecutiveFailures);
        OPEN_FOR.check(openFor);
        MAX_OPEN_FOR.check(maxOpenFor);
        HALF_OPEN_CALLS.check(halfOpenCalls);
        SUCCESSES_TO_CLOSE.check(successesToClose);
        Rejected.unless(
                successesToClose <= halfOpenCalls,
                "successesToClose",
                successesToClose,
                "at most halfOpenCalls, " + halfOpenCalls);
    }
}
