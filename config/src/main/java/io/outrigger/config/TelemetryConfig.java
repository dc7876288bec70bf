package io.outrigger.config;

/** The read-only port for probes and scrapers. Immutable. */
public record TelemetryConfig(Address address) {}
