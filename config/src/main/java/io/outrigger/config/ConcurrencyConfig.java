package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.WholeNumber;
import io.outrigger.config.key.Word;

/** A limit on requests in flight that follows the observed latency. Immutable. */
public record ConcurrencyConfig(Algorithm algorithm, int min, int max) {
    /** How the limit is found. */
    public enum Algorithm {
        GRADIENT
    }

    private static final WholeNumber LIMIT = WholeNumber.of(1, 100_000);

    private static final Key<Algorithm> ALGORITHM = Key.of(
                    "algorithm", Word.of(Algorithm.values()), "How the limit is found.")
            .or("gradient");
    private static final Key<Integer> MIN = Key.of(
                    "min", LIMIT, "The limit is never lower; the default gives way to a max below it.")
            .or("5");
    private static final Key<Integer> MAX = Key.of(
                    "max", LIMIT, "The limit is never higher; the default gives way to a min above it.")
            .or("1000");

    static final Block<ConcurrencyConfig> BLOCK = Block.of(
                    "A limit on requests in flight that follows the latency that is seen.",
                    v -> {
                        int min = v.orAtMost(MIN, v.get(MAX));
                        return new ConcurrencyConfig(v.get(ALGORITHM), min, v.orAtLeast(MAX, min));
                    },
                    ALGORITHM,
                    MIN,
                    MAX)
            .example("""
                    min: 10
                    max: 200
                    """);

    public ConcurrencyConfig {
        MIN.check(min);
        MAX.check(max);
        Rejected.unless(min <= max, "max", max, "at least min, " + min);
    }
}
