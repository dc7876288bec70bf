package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.WholeNumber;

/** Which requests are shed first: 0 first, 9 last. Immutable. */
public record PriorityConfig(String header, int defaultPriority) {
    private static final Key<String> HEADER = Key.of(
                    "header", HttpTexts.HEADER_NAME, "Says a request's priority: 0, shed first, to 9, shed last.")
            .or("x-priority");
    private static final Key<Integer> DEFAULT = Key.of(
                    "default", WholeNumber.of(0, 9), "The priority of a request without it.")
            .or("5");

    static final Block<PriorityConfig> BLOCK = Block.of(
                    "Which requests are shed first.",
                    v -> new PriorityConfig(v.get(HEADER), v.get(DEFAULT)),
                    HEADER,
                    DEFAULT)
            .example("""
                    header: x-priority
                    default: 3
                    """);

    public PriorityConfig {
        DEFAULT.check(defaultPriority);
    }
}
