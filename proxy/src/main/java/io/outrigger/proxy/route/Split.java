package io.outrigger.proxy.route;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Sends each exchange to one of several services, drawn by weight. Stands outside the retrying, so that all attempts
 * of an exchange go to the share that it was drawn for. Immutable.
 */
final class Split implements Service {
    /**
     * One of the services.
     *
     * @param weight its part of the exchanges, beside the other weights; 0 for none
     */
    record Part(Service service, int weight) {}

    private final Part[] parts;
    private final long total;
    private final LongUnaryOperator randomBelow;

    /** With at least one weight above zero. */
    Split(List<Part> parts, LongUnaryOperator randomBelow) {
        this.parts = parts.toArray(Part[]::new);
        this.total = parts.stream().mapToLong(Part::weight).sum();
        this.randomBelow = randomBelow;
        if (total <= 0) {
            throw new IllegalArgumentException("weights: " + total + " in all (expected: above zero)");
        }
    }

    @Override
    public Reply send(Exchange exchange, Request request) {
        return drawn().send(exchange, request);
    }

    private Service drawn() {
        long ticket = randomBelow.applyAsLong(total);
        int i = 0;
        while (ticket >= parts[i].weight) {
            ticket -= parts[i++].weight;
        }
        return parts[i].service;
    }
}
