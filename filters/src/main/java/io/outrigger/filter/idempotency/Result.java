package io.outrigger.filter.idempotency;

import java.util.Locale;

/** What became of a request with a key: the label {@code result}. Immutable. */
public enum Result {
    /** It was the first, and its answer is kept. */
    STORED,
    /** It was answered from the store at once. */
    REPLAYED,
    /** It waited for the first one, and was answered from the store. */
    WAITED,
    /** It came while the first one was under way, and could not wait, or not so long. */
    CONFLICT,
    /** Its key was used for another request. */
    MISMATCH,
    /** It was the first, and nobody knows what became of it. */
    HELD,
    /** It was the first, and its key may be used again. */
    RELEASED,
    /** The store could not be asked, or did not take what it was told. */
    STORE_FAILED;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
