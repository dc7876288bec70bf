package io.outrigger.exchange;

import org.jspecify.annotations.Nullable;

/**
 * How a reply ended. Immutable.
 *
 * @param status the status of the head that was answered, 0 when there was none
 * @param failure why it broke, null when it is complete; together with a status it broke after the head
 */
public record Outcome(int status, @Nullable Failure failure) {
    private static final Outcome[] COMPLETE = new Outcome[1000];

    static {
        for (int status = 0; status < COMPLETE.length; status++) {
            COMPLETE[status] = new Outcome(status, null);
        }
    }

    /** The outcome of a reply that ended well with this status, 100 to 999. */
    public static Outcome complete(int status) {
        return COMPLETE[status];
    }

    /** The status that the client gets: that of the failure where no head went out. */
    public int clientStatus() {
        return status != 0 || failure == null ? status : failure.kind().status();
    }
}
