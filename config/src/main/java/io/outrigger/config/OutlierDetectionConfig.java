package io.outrigger.config;

import java.time.Duration;

/** When an endpoint that does worse than the others is left out, and for how long. Immutable. */
public record OutlierDetectionConfig(
        int consecutiveFailures,
        Duration interval,
        double deviation,
        int minRequests,
        Duration baseEjection,
        Duration maxEjection,
        Share maxEjected) {}
