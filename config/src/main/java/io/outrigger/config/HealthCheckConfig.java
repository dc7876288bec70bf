package io.outrigger.config;

import java.time.Duration;

/** How endpoints are asked for their health, and how often they must agree before it counts. Immutable. */
public record HealthCheckConfig(
        String path, Duration interval, Duration timeout, int healthyAfter, int unhealthyAfter, StatusSet statuses) {}
