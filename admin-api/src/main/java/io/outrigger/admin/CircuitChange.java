package io.outrigger.admin;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Word;
import java.time.Duration;

/** What a client wants a route's circuit to be. Immutable. */
record CircuitChange(Wanted state, Duration lasts) {
    /** Immutable. */
    enum Wanted {
        OPEN,
        CLOSED,
        /** What it finds out for itself. */
        AUTO
    }

    private static final Key<Wanted> STATE =
            Key.of("state", Word.of(Wanted.values()), "What it shall be; auto is what it finds out for itself.");
    private static final Key<Duration> FOR = Key.of(
                    "for", Durations.upTo(Duration.ofHours(24)), "How long, until it finds out for itself again.")
            .or("10m");

    static final Block<CircuitChange> BLOCK = Block.of(
            "What a circuit shall be for a while.", v -> new CircuitChange(v.get(STATE), v.get(FOR)), STATE, FOR);
}
