package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.WholeNumber;
import java.time.Duration;

/** How many extra attempts a route may make for its first attempts. Immutable. */
public record BudgetConfig(Share ratio, int minPerSecond, Duration window) {
    private static final Key<Share> RATIO = Key.of(
                    "ratio", Shares.ANY, "What each first attempt pays in, as share of an extra one.")
            .or("20%");
    private static final Key<Integer> MIN_PER_SECOND = Key.of(
                    "minPerSecond", WholeNumber.of(0, 10_000), "Extra attempts that are paid for besides.")
            .or("3");
    private static final Key<Duration> WINDOW = Key.of(
                    "window", Durations.wholeSecondsUpTo(Duration.ofHours(1)), "How long what was paid in lasts.")
            .or("10s");

    static final Block<BudgetConfig> BLOCK = Block.of(
                    "How many extra attempts a route may make for its first attempts.",
                    v -> new BudgetConfig(v.get(RATIO), v.get(MIN_PER_SECOND), v.get(WINDOW)),
                    RATIO,
                    MIN_PER_SECOND,
                    WINDOW)
            .example("""
                    ratio: 10%                       # one extra attempt for ten requests
                    minPerSecond: 1
                    """);

    public BudgetConfig {
        MIN_PER_SECOND.check(minPerSecond);
        WINDOW.check(window);
    }
}
