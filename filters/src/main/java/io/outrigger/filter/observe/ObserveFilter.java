package io.outrigger.filter.observe;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.exchange.Target;
import org.jspecify.annotations.Nullable;

/** Counts, measures and logs every exchange of a route when it has ended, whatever became of it. Immutable. */
public final class ObserveFilter implements Filter {
    private final RouteMeters meters;
    private final AccessRule rule;
    private final AccessLines lines;

    public ObserveFilter(RouteMeters meters, AccessRule rule, AccessLines lines) {
        this.meters = meters;
        this.rule = rule;
        this.lines = lines;
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        meters.begun(exchange.loop().index());
        return next.send(exchange, request)
                .onEnd(outcome -> ended(exchange, request.method(), request.target(), outcome));
    }

    /**
     * Counts and logs a request that is refused before it could be sent anywhere, such as one with a malformed head.
     *
     * @param method as received; empty when not even that could be understood, which counts as OTHER
     */
    public void refused(Exchange exchange, String method, Failure why) {
        meters.begun(exchange.loop().index());
        ended(exchange, method, null, new Outcome(0, why));
    }

    private void ended(Exchange exchange, String method, @Nullable Target target, Outcome outcome) {
        long now = exchange.nanoTime();
        Failure failure = outcome.failure();
        int status = outcome.status() != 0 || failure == null
                ? outcome.status()
                : failure.kind().status(); // no head went out
        RequestMethod label = RequestMethod.of(method);
        meters.ended(exchange.loop().index(), label, status, failure, now - exchange.startNanos());
        if (rule.takes(status, failure)) {
            lines.write(exchange, method, target, status, failure, now);
        }
    }
}
