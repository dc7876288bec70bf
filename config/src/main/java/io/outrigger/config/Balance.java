package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.Type;
import io.outrigger.config.key.Word;

/** How the endpoint of an attempt is chosen. Immutable. */
public sealed interface Balance {
    /** Those that need no more said. */
    enum Plain implements Balance {
        ROUND_ROBIN,
        /** The better of two drawn ones, by requests in flight over weight. */
        LEAST_REQUEST,
        RANDOM,
        /** The better of two drawn ones, by decaying peak of latency times requests in flight. */
        PEAK_EWMA
    }

    /** The same value of the header goes to the same endpoint, as long as that one is there. */
    record RingHash(String header) implements Balance {}

    /** How the file says it. */
    final class Keys {
        private static final Key<String> HEADER =
                Key.of("header", HttpTexts.HEADER_NAME, "Requests with the same value of it go to the same endpoint.");
        private static final Key<Balance> RING_HASH = Key.of(
                "ringHash",
                Block.of("Balancing by the value of a header.", v -> new RingHash(v.get(HEADER)), HEADER),
                "Balances by the value of a header.");

        static final Type<Balance> TYPE = OneOf.of(
                Word.<Balance>of(Plain.values()),
                Block.of("Balancing that needs more said than a word.", v -> v.get(RING_HASH), RING_HASH));

        private Keys() {}
    }
}
