package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.Word;

/** What is written to stdout. Immutable. */
public record LoggingConfig(Level level, AccessLog access) {
    /** The least severe lines that are written. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    private static final Key<Level> LEVEL = Key.of(
                    "level", Word.of(Level.values()), "The least severe lines that are written.")
            .or("info");
    private static final Key<AccessLog> ACCESS = Key.of(
                    "access",
                    OneOf.of(Word.<AccessLog>of(AccessLog.Plain.values()), Shares.ANY.map(AccessLog.Sampled::new)),
                    "Which exchanges get a line: none, those that failed, all, or those that failed and a share of the rest.")
            .or("errors");

    static final Block<LoggingConfig> BLOCK = Block.of(
                    "What is written to stdout, one JSON object a line.",
                    v -> new LoggingConfig(v.get(LEVEL), v.get(ACCESS)),
                    LEVEL,
                    ACCESS)
            .example("""
                    level: debug
                    access: 5%
                    """);

    public static LoggingConfig defaults() {
        return BLOCK.ofDefaults();
    }
}
