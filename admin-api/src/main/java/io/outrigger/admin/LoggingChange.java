package io.outrigger.admin;

import io.outrigger.config.LoggingConfig.Level;
import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Word;
import java.time.Duration;

/** Another log level for a while, as a client asks for it. Immutable. */
record LoggingChange(Level level, Duration lasts) {
    private static final Key<Level> LEVEL =
            Key.of("level", Word.of(Level.values()), "The least severe lines that are written.");
    private static final Key<Duration> FOR = Key.of(
                    "for", Durations.upTo(Duration.ofHours(24)), "How long, until the configured level counts again.")
            .or("10m");

    static final Block<LoggingChange> BLOCK =
            Block.of("Another log level for a while.", v -> new LoggingChange(v.get(LEVEL), v.get(FOR)), LEVEL, FOR);
}
