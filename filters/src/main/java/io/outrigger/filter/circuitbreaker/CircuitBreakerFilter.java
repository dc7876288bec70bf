package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;

/** Sends nothing to an upstream that keeps failing, but a few calls to try it now and then. Immutable. */
public final class CircuitBreakerFilter implements Filter {
    private final CircuitBreakerConfig config;
    private final CircuitBreaker circuit;
    private final Refusals refusals;

    /** @param circuit outlives snapshots; it may be that of other routes, too */
    public CircuitBreakerFilter(CircuitBreakerConfig config, CircuitBreaker circuit, Refusals refusals) {
        this.config = config;
        this.circuit = circuit;
        this.refusals = refusals;
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        Passage passage = Passage.through(circuit, config, exchange);
        if (passage == null) {
            return refusals.refuse(exchange, circuit.refusesForNanos(exchange.nanoTime()));
        }
        Reply reply;
        try {
            reply = next.send(exchange, request);
        } catch (RuntimeException | Error bug) {
            passage.giveUp(); // with all leases lost it would be half-open for good
            throw bug;
        }
        return passage.follow(reply, request.attempt());
    }
}
