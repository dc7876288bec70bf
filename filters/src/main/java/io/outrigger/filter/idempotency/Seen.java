package io.outrigger.filter.idempotency;

import java.util.List;

/**
 * What an operator sees of a key: one entry for each caller who has used it. Immutable.
 *
 * @param failure why the store could not be asked; empty when it could
 */
public record Seen(List<Entry> entries, String failure) {
    /** What a key is in. Immutable. */
    public enum State {
        IN_FLIGHT,
        ANSWERED,
        /** Also one whose owner's lease has ended. */
        UNKNOWN
    }

    /**
     * One of them. Immutable.
     *
     * @param status of the answer; 0 unless there is one
     * @param leftMillis until the store forgets it; in flight: until the lease ends
     */
    public record Entry(Digest caller, State state, int status, long leftMillis) {}

    public Seen {
        entries = List.copyOf(entries);
    }

    public static Seen of(List<Entry> entries) {
        return new Seen(entries, "");
    }

    public static Seen failed(String why) {
        return new Seen(List.of(), why);
    }
}
