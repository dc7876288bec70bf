package io.outrigger.filter.fallback;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import org.jspecify.annotations.Nullable;

/** One way to answer when the upstream could not. Immutable. */
interface Rung {
    /** What its answers are. */
    Degraded kind();

    /**
     * Answers, or tries to.
     *
     * @param body of the request, from its start; null where it has none, or no rung needs it
     * @return null when it has nothing for this request
     */
    @Nullable
    Reply answer(Exchange exchange, Request request, @Nullable ReplayBody body);
}
