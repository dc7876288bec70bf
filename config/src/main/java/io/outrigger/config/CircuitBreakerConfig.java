package io.outrigger.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** When a circuit opens, for how long, and what closes it again. Immutable. */
public record CircuitBreakerConfig(
        Window window,
        int minimumCalls,
        Share failureRate,
        OptionalInt consecutiveFailures,
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
    }

    /** How long a slow call takes at least, and the share of them that opens the circuit. */
    public record SlowCalls(Duration slowCall, Share slowRate) {}

    /** What shares one circuit. */
    public enum Scope {
        ROUTE,
        UPSTREAM,
        ENDPOINT
    }
}
