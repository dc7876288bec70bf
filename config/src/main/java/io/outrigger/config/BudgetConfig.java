package io.outrigger.config;

import java.time.Duration;

/** How many extra attempts a route may make for its first attempts. Immutable. */
public record BudgetConfig(Share ratio, int minPerSecond, Duration window) {}
