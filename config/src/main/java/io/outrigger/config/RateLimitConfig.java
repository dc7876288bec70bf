package io.outrigger.config;

import java.util.Optional;

/** How many requests are let in, per value of a header if one is named. Immutable. */
public record RateLimitConfig(int requestsPerSecond, int burst, Optional<String> keyHeader, Optional<String> store) {}
