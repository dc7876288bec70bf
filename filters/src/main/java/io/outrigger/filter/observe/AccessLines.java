package io.outrigger.filter.observe;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Target;
import org.jspecify.annotations.Nullable;

/** Where access lines go. Shared by all loops; called on the exchange's loop, which it never holds up. */
@FunctionalInterface
public interface AccessLines {
    /** Lines that nobody wants. */
    AccessLines NONE = (_, _, _, _, _, _) -> {};

    /**
     * Writes a line about an exchange that has ended, or drops it.
     *
     * @param method as received; empty when not even that could be understood
     * @param target null when it could not be understood
     * @param status what the client got, or would have got
     * @param failure null when it ended well
     * @param now by the loop's clock
     */
    void write(
            Exchange exchange, String method, @Nullable Target target, int status, @Nullable Failure failure, long now);
}
