package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import java.time.Duration;
import java.util.Optional;

/** How often names are resolved again; without a time, when the record's TTL ends, within 1s to 30s. Immutable. */
public record DnsConfig(Optional<Duration> refresh) {
    private static final Key<Optional<Duration>> REFRESH = Key.of(
                    "refresh",
                    Durations.upTo(Duration.ofHours(24)).or("auto"),
                    "How often names are resolved again; auto is the record's TTL within 1s to 30s.")
            .or("auto");

    static final Block<DnsConfig> BLOCK = Block.of(
                    "How names of endpoints are resolved.", v -> new DnsConfig(v.get(REFRESH)), REFRESH)
            .example("""
                    refresh: 10s
                    """);

    public DnsConfig {
        REFRESH.check(refresh);
    }

    public static DnsConfig defaults() {
        return BLOCK.ofDefaults();
    }
}
