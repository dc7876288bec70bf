package io.outrigger.exchange;

/** Stands in front of a service and looks just like one. Immutable. */
@FunctionalInterface
public interface Filter {
    /** Answers itself, or asks {@code next} once, later, or several times. */
    Reply apply(Exchange exchange, Request request, Service next);

    /** This filter and what is behind it, as one service. */
    default Service over(Service next) {
        return (exchange, request) -> apply(exchange, request, next);
    }
}
