package io.outrigger.proxy.route;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Repeat;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.filter.hedge.HedgeTerms;
import io.outrigger.filter.retry.RetryFilter;

/** The rules and the budget of a route's retries, which its hedges go by, too. Immutable. */
record RetryTerms(RetryFilter retries) implements HedgeTerms {
    @Override
    public boolean repeatable(Exchange exchange, Request request) {
        // not where its key alone allows it: who recognises a request may still refuse to have it twice at once
        return exchange.repeat() == Repeat.BY_METHOD && retries.repeatable(exchange, request);
    }

    @Override
    public boolean acceptable(Response head) {
        return retries.acceptable(head);
    }

    @Override
    public boolean circuitOpen(long now) {
        return retries.circuitOpen(now);
    }

    @Override
    public boolean silent(long now) {
        return retries.silent(now);
    }

    @Override
    public boolean tryPay(long now) {
        return retries.tryPay(now);
    }
}
