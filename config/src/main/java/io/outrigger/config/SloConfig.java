package io.outrigger.config;

import java.time.Duration;
import java.util.Optional;

/** What a route promises, over which time. Immutable. */
public record SloConfig(Share availability, Optional<Latency> latency, Duration window) {
    /** The share of exchanges that take less than this. */
    public record Latency(Share objective, Duration under) {}
}
