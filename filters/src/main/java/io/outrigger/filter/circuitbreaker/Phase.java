package io.outrigger.filter.circuitbreaker;

import java.util.Locale;

/** What a circuit does with calls: the labels {@code state} and {@code to}. Immutable. */
public enum Phase {
    /** It lets them through. */
    CLOSED,
    /** It refuses them. */
    OPEN,
    /** It lets a few through, to see how they do. */
    HALF_OPEN;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
