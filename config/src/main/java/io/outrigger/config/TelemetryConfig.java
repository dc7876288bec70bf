package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;

/** The read-only port for probes and scrapers. Immutable. */
public record TelemetryConfig(Address address) {
    private static final Key<Address> ADDRESS = Key.of("address", Addresses.LISTENING, "Where it listens.");

    static final Block<TelemetryConfig> BLOCK = Block.of(
                    "The read-only port for probes and scrapers.", v -> new TelemetryConfig(v.get(ADDRESS)), ADDRESS)
            .example("""
                    address: 0.0.0.0:15102
                    """);
}
