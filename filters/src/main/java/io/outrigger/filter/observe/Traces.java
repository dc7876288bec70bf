package io.outrigger.filter.observe;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Request;
import org.jspecify.annotations.Nullable;

/**
 * Decides of which exchanges spans tell, and takes what there is to be told. Shared by all loops; called on the
 * exchange's loop, which it never holds up.
 */
public interface Traces {
    /** The names of an exchange that begins: the same ones when no span is to tell of it. */
    Identity begun(Identity identity);

    /**
     * Copies what is to be told of a sampled exchange that has ended, or drops it.
     *
     * @param method as received; empty when not even that could be understood
     * @param request null when it could not be understood
     * @param status what the client got, or would have got
     * @param failure null when it ended well
     * @param now by the loop's clock
     */
    void ended(
            Exchange exchange,
            String method,
            @Nullable Request request,
            int status,
            @Nullable Failure failure,
            long now);
}
