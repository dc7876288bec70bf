package io.outrigger.filter.circuitbreaker;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Reply;
import io.outrigger.metrics.Counter;
import java.util.concurrent.TimeUnit;

/** Answers the calls of one route that an open circuit refuses, and counts them. Immutable. */
public final class Refusals {
    private final Failure why;
    private final Counter counter;

    /** @param whose for people: {@code route charge} */
    Refusals(String whose, Counter counter) {
        this.why = Failure.of(Kind.CIRCUIT_OPEN, "the circuit of " + whose + " is open");
        this.counter = counter;
    }

    /**
     * Answers a call.
     *
     * @param nanos until somebody may be let through again; 0 where nobody knows
     */
    public Reply refuse(Exchange exchange, long nanos) {
        counter.increment(exchange.loop().index());
        exchange.note("circuitBreaker", "refused", why.detail(), 0);
        return Reply.failed(why.retryAfter(seconds(nanos)));
    }

    /** Rounded up, so that who keeps to it is not too early. */
    private static int seconds(long nanos) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return Math.toIntExact(Math.max(1, (nanos + second - 1) / second));
    }
}
