package io.outrigger.filter.observe;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.exchange.Target;
import io.outrigger.filter.observe.ExchangeRecord.KeptFor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts, measures, logs and remembers the exchanges of a route when they have ended, whatever became of them. Immutable. */
public final class ObserveFilter implements Filter {
    private final RouteMeters meters;
    private final AccessRule rule;
    private final AccessLines lines;
    private final RecentExchanges recent;
    private final long slowNanos;
    private final @Nullable Traces traces; // null where nothing is traced

    /**
     * @param recent remembers those that failed, were slow, and a few of the others
     * @param slow what takes as long is slow
     */
    public ObserveFilter(
            RouteMeters meters, AccessRule rule, AccessLines lines, RecentExchanges recent, Duration slow) {
        this(meters, rule, lines, recent, slow, null);
    }

    /** Likewise, with spans for some; null for none. */
    public ObserveFilter(
            RouteMeters meters,
            AccessRule rule,
            AccessLines lines,
            RecentExchanges recent,
            Duration slow,
            @Nullable Traces traces) {
        this.meters = meters;
        this.rule = rule;
        this.lines = lines;
        this.recent = recent;
        this.slowNanos = slow.toNanos();
        this.traces = traces;
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        meters.begun(exchange.loop().index());
        if (traces != null) {
            exchange.identity(traces.begun(exchange.identity()));
        }
        return next.send(exchange, request).onEnd(outcome -> ended(exchange, request.method(), request, outcome));
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

    private void ended(Exchange exchange, String method, @Nullable Request request, Outcome outcome) {
        Target target = request == null ? null : request.target();
        long now = exchange.nanoTime();
        Failure failure = outcome.failure();
        int status = outcome.clientStatus();
        RequestMethod label = RequestMethod.of(method);
        int loop = exchange.loop().index();
        long took = now - exchange.startNanos();
        if (traces != null && exchange.identity().sampled()) {
            traces.ended(exchange, method, request, status, failure, now);
        }
        meters.ended(loop, label, status, failure, took, exchange.identity(), now);
        boolean failed =
                status >= 500 || failure != null || !exchange.degraded().isEmpty();
        boolean injected = !exchange.faultBy().isEmpty();
        if (rule.takes(failed || injected)) {
            lines.write(exchange, method, target, status, failure, now);
        }
        if (failed || injected || took >= slowNanos || recent.wantsSample(loop, now)) {
            KeptFor keptFor = failed
                    ? KeptFor.FAILED
                    : injected ? KeptFor.INJECTED : took >= slowNanos ? KeptFor.SLOW : KeptFor.SAMPLED;
            recent.keep(keptFor, exchange, method, target, status, failure, now);
        }
    }
}
