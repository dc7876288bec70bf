package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.WholeNumber;
import io.outrigger.config.key.Word;
import java.time.Duration;

/** After how long without an answer another attempt starts besides. Immutable. */
public record HedgeConfig(Delay after, int attempts) {
    /** Immutable. */
    public sealed interface Delay {
        record Fixed(Duration delay) implements Delay {}

        /** What the route itself was seen to take. */
        enum Observed implements Delay {
            P95
        }
    }

    private static final Key<Delay> AFTER = Key.of(
                    "after",
                    OneOf.of(
                            Durations.upTo(Duration.ofHours(1)).map(Delay.Fixed::new),
                            Word.<Delay>of(Delay.Observed.values())),
                    "How long the first attempt is waited for; p95 is what 95 of 100 took lately.")
            .or("100ms");
    private static final Key<Integer> ATTEMPTS = Key.of(
                    "attempts", WholeNumber.of(2, 10), "How many, the first one included.")
            .or("2");

    static final Block<HedgeConfig> BLOCK = Block.of(
                    "After how long without an answer another attempt starts besides.",
                    v -> new HedgeConfig(v.get(AFTER), v.get(ATTEMPTS)),
                    AFTER,
                    ATTEMPTS)
            .example("""
                    after: p95
                    """);

    public HedgeConfig {
        ATTEMPTS.check(attempts);
    }
}
