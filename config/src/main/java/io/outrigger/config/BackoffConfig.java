package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Word;
import java.time.Duration;

/** The pause before another attempt: doubling from base, capped, then drawn. Immutable. */
public record BackoffConfig(Duration base, Duration max, Jitter jitter) {
    /** How the pause is drawn. */
    public enum Jitter {
        FULL,
        EQUAL,
        DECORRELATED,
        NONE
    }

    private static final Durations PAUSE = Durations.upTo(Duration.ofHours(1));

    private static final Key<Duration> BASE = Key.of(
                    "base", PAUSE, "The first pause; each further one is twice as long.")
            .or("25ms");
    private static final Key<Duration> MAX =
            Key.of("max", PAUSE, "The longest pause.").or("250ms");
    private static final Key<Jitter> JITTER = Key.of(
                    "jitter",
                    Word.of(Jitter.values()),
                    "How it is drawn: from 0, from its half, from base to three times the last one, or not.")
            .or("full");

    static final Block<BackoffConfig> BLOCK = Block.of(
                    "The pause before another attempt.",
                    v -> new BackoffConfig(v.get(BASE), v.get(MAX), v.get(JITTER)),
                    BASE,
                    MAX,
                    JITTER)
            .example("""
                    base: 50ms
                    max: 1s
                    jitter: equal
                    """);

    public BackoffConfig {
        BASE.check(base);
        MAX.check(max);
    }
}
