package io.outrigger.filter.observe;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
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
        return next.send(exchange, request).onEnd(outcome -> ended(exchange, request, outcome));
    }

    /**
     * Counts and logs a request that is refused before it could be sent anywhere, such as one with a malformed head.
     *
     * @param request null when it could not be understood; its method then counts as OTHER
     */
    public void refused(Exchange exchange, @Nullable Request request, Failure why) {
        meters.begun(exchange.loop().index());
        ended(exchange, request, new Outcome(0, why));
    }

    private void ended(Exchange exchange, @Nullable Request request, Outcome outcome) {
        long now = exchange.nanoTime();
        Failure failure = outcome.failure();
        int status = outcome.status() != 0 || failure == null
                ? outcome.status()
                : failure.kind().status(); // no head went out
        RequestMethod method = request == null ? RequestMethod.OTHER : RequestMethod.of(request.method());
        meters.ended(exchange.loop().index(), method, status, failure, now - exchange.startNanos());
        if (rule.takes(status, failure)) {
            lines.write(exchange, request, status, failure, now);
        }
    }
}
