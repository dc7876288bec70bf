package io.outrigger.config;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** Faults that a test environment injects into a route. Immutable. */
public record FaultConfig(
        Share percentage, boolean force, MatchConfig match, List<Fault> fault, OptionalInt maxConcurrent) {
    public FaultConfig {
        fault = List.copyOf(fault);
    }

    /** Immutable. */
    public sealed interface Fault {
        record Latency(Duration latency, Duration jitter) implements Fault {}

        record Abort(int status) implements Fault {}

        enum Plain implements Fault {
            RESET,
            BLACKHOLE
        }

        record Truncate(Share share) implements Fault {}

        record Throttle(DataSize perSecond) implements Fault {}
    }
}
