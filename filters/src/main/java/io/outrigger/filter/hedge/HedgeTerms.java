package io.outrigger.filter.hedge;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;

/** What a route says about sending a request more than once. Immutable. */
public interface HedgeTerms {
    /** Whether sending the request twice does no more than once. */
    boolean repeatable(Exchange exchange, Request request);

    /** Whether a response is one that nothing better is awaited for. */
    boolean acceptable(Response head);

    /** Whether another attempt would be refused. */
    boolean circuitOpen(long now);

    /** Whether next to nothing is answered, and another attempt would only wait behind the others. */
    boolean silent(long now);

    /** Takes what an extra attempt costs, if it is there. */
    boolean tryPay(long now);
}
