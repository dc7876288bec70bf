package io.outrigger.filter.fallback;

import java.util.Locale;

/** What a degraded answer is. Immutable. */
enum Degraded {
    STALE,
    UPSTREAM,
    STATIC;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word of the header, the metric and the log. */
    String label() {
        return label;
    }
}
