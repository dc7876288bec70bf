package io.outrigger.config;

import java.time.Duration;
import java.util.Optional;

/** A pool of a route's own, or one that the routes with the same name share. Immutable. */
public record BulkheadConfig(int maxConnections, int maxPending, Duration maxWait, Optional<String> name) {}
