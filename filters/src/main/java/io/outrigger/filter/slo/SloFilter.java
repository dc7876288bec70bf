package io.outrigger.filter.slo;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;

/** Counts what the exchanges of a route did to its promise, when they have ended. Immutable. */
public final class SloFilter implements Filter {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final ServiceLevel level;
    private final long underNanos;

    public SloFilter(Slo slo) {
        this.level = slo.level();
        this.underNanos =
                slo.config().latency().map(latency -> latency.under().toNanos()).orElse(Long.MAX_VALUE);
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        return next.send(exchange, request).onEnd(outcome -> ended(exchange, outcome));
    }

    private void ended(Exchange exchange, Outcome outcome) {
        long now = exchange.nanoTime();
        // what another protocol takes is not ours to promise
        boolean fast = now - exchange.startNanos() <= underNanos || outcome.status() == SWITCHING_PROTOCOLS;
        level.count(exchange.loop().index(), isGood(outcome, exchange.degraded()), fast, now);
    }

    /** Whether it went as the client could expect: what the client itself did wrong is no fault of the route. */
    static boolean isGood(Outcome outcome, String degraded) {
        Failure failure = outcome.failure();
        return degraded.isEmpty()
                && outcome.clientStatus() < 500
                && (failure == null || failure.blame() == Blame.CLIENT);
    }
}
