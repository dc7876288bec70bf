package io.outrigger.config;

import java.time.Duration;
import java.util.Optional;

/** How often names are resolved again; without a time, when the record's TTL ends, within 1s to 30s. Immutable. */
public record DnsConfig(Optional<Duration> refresh) {
    public static DnsConfig defaults() {
        return new DnsConfig(Optional.empty());
    }
}
