package io.outrigger.filter.concurrency;

import io.outrigger.config.ConcurrencyConfig;
import io.outrigger.config.PriorityConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.util.Optional;

/** Refuses what would be more in flight than the upstream can bear, the least important first. Immutable. */
public final class ConcurrencyFilter implements Filter {
    private static final int RETRY_AFTER_SECONDS = 1;

    private final ConcurrencyConfig config;
    private final Priorities priorities;
    private final ConcurrencyLimit limit;
    private final ConcurrencyMeters meters;
    private final Failure shed;

    /** @param limit of the route; it outlives snapshots */
    public ConcurrencyFilter(
            String route,
            ConcurrencyConfig config,
            Optional<PriorityConfig> priority,
            ConcurrencyLimit limit,
            ConcurrencyMeters meters) {
        this.config = config;
        this.priorities = new Priorities(priority);
        this.limit = limit;
        this.meters = meters;
        this.shed = Failure.of(Failure.Kind.SHED, "route " + route + " has as much in flight as can be borne now")
                .retryAfter(RETRY_AFTER_SECONDS);
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        int priority = priorities.of(request);
        int place = limit.tryEnter(config, Priorities.share(priority));
        if (place == 0) {
            return refuse(exchange, request, priority);
        }
        Passing passing = new Passing(config, limit, exchange, place);
        Reply reply;
        try {
            reply = next.send(exchange, request);
        } catch (RuntimeException | Error bug) {
            limit.leave(); // who never leaves takes a place for good
            throw bug;
        }
        return reply.onAnswer(passing).onEnd(passing);
    }

    private Reply refuse(Exchange exchange, Request request, int priority) {
        meters.shed(exchange.loop().index(), priority);
        String why = limit.inFlight() + " in flight, limit " + limit.limit(config) + ", priority "
                + Priorities.label(priority);
        exchange.note("concurrency", "shed", why, 0);
        request.body().discard(shed);
        return Reply.failed(shed);
    }
}
