package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import java.time.Duration;
import java.util.Optional;

/** What a route promises, over which time. Immutable. */
public record SloConfig(Share availability, Optional<Latency> latency, Duration window) {
    /** The share of exchanges that take less than this. */
    public record Latency(Share objective, Duration under) {
        private static final Shares OBJECTIVE = Shares.of(1, 99.9999); // here, so that either class can come first
        private static final Key<Share> SHARE = Key.of(
                        "objective", OBJECTIVE, "Share of the exchanges that shall be faster.")
                .or("99%");
        private static final Key<Duration> UNDER = Key.of(
                        "under",
                        Durations.upTo(Duration.ofHours(1)),
                        "Than this; it becomes a bucket of the histogram.")
                .or("300ms");

        static final Block<Latency> BLOCK = Block.of(
                "The share of exchanges that shall be faster than a time.",
                v -> new Latency(v.get(SHARE), v.get(UNDER)),
                SHARE,
                UNDER);

        public Latency {
            SHARE.check(objective);
            UNDER.check(under);
        }
    }

    private static final Key<Share> AVAILABILITY = Key.of(
                    "availability", Latency.OBJECTIVE, "Share of the exchanges that shall be good.")
            .or("99.9%");
    private static final Key<Optional<Latency>> LATENCY =
            Key.orOff("latency", Latency.BLOCK, "And fast enough.").or("{}");
    private static final Key<Duration> WINDOW = Key.of(
                    "window", Durations.wholeSecondsUpTo(Duration.ofDays(90)), "The time that the promise is for.")
            .or("30d");

    static final Block<SloConfig> BLOCK = Block.of(
                    "What a route promises, over which time.",
                    v -> new SloConfig(v.get(AVAILABILITY), v.get(LATENCY), v.get(WINDOW)),
                    AVAILABILITY,
                    LATENCY,
                    WINDOW)
            .example("""
                    availability: 99.9%
                    latency: {objective: 99%, under: 300ms}
                    """);

    public SloConfig {
        AVAILABILITY.check(availability);
        WINDOW.check(window);
    }
}
