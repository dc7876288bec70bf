package io.outrigger.filter.observe;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Request;
import org.jspecify.annotations.Nullable;

/** Where access lines go. Shared by all loops; called on the exchange's loop, which it never holds up. */
@FunctionalInterface
public interface AccessLines {
    /** Lines that nobody wants. */
    AccessLines NONE = (_, _, _, _, _) -> {};

    /**
     * Writes a line about an exchange that has ended, or drops it.
     *
     * @param request null when there was none that could be understood
     * @param status what the client got, or would have got
     * @param failure null when it ended well
     * @param now by the loop's clock
     */
    void write(Exchange exchange, @Nullable Request request, int status, @Nullable Failure failure, long now);
}
