package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import java.time.Duration;

/** How long a stopping process goes on serving. Immutable. */
public record DrainConfig(Duration minimum, Duration quiet, Duration timeout) {
    private static final Duration LONGEST = Duration.ofHours(24);

    private static final Key<Duration> MINIMUM = Key.of(
                    "minimum", Durations.fromZeroUpTo(LONGEST), "It serves at least that long.")
            .or("0s");
    private static final Key<Duration> QUIET = Key.of(
                    "quiet", Durations.upTo(LONGEST), "Nothing in flight and nothing new for that long ends it.")
            .or("1s");
    private static final Key<Duration> TIMEOUT = Key.of(
                    "timeout",
                    Durations.upTo(LONGEST),
                    "What is still in flight then is cut; 5s before, accepting stops.")
            .or("25s");

    static final Block<DrainConfig> BLOCK = Block.of(
                    "How long a process that was told to stop goes on serving.",
                    v -> new DrainConfig(v.get(MINIMUM), v.get(QUIET), v.get(TIMEOUT)),
                    MINIMUM,
                    QUIET,
                    TIMEOUT)
            .example("""
                    minimum: 5s                      # until nobody sends here any more
                    timeout: 25s                     # less than terminationGracePeriodSeconds
                    """);

    public DrainConfig {
        MINIMUM.check(minimum);
        QUIET.check(quiet);
        TIMEOUT.check(timeout);
    }

    public static DrainConfig defaults() {
        return BLOCK.ofDefaults();
    }
}
