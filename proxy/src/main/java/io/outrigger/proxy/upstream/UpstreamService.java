package io.outrigger.proxy.upstream;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.filter.observe.AttemptMeters;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointGuard;
import io.outrigger.proxy.balance.Tried;
import io.outrigger.proxy.balance.UsableEndpoints;
import io.outrigger.proxy.health.Outliers;
import io.outrigger.proxy.health.Witness;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends a route's requests to an upstream: the end of every chain. Immutable. */
public final class UpstreamService implements Service {
    private final Upstream upstream;
    private final CallTerms terms;
    private final @Nullable EndpointGuard guard; // null where endpoints have no circuits
    private final @Nullable Outliers outliers; // null where endpoints are not compared

    /**
     * A service for one route.
     *
     * @param guard where each endpoint has a circuit
     * @param idle the limit for the time in which no byte moves either way
     */
    public UpstreamService(Upstream upstream, AttemptMeters meters, Optional<EndpointGuard> guard, Duration idle) {
        this.upstream = upstream;
        this.terms = new CallTerms(meters, idle.toNanos());
        this.guard = guard.orElse(null);
        this.outliers = upstream.outliers().orElse(null);
    }

    @Override
    public Reply send(Exchange exchange, Request request) {
        UsableEndpoints.View usable = upstream.usable().at(exchange.nanoTime());
        Reply reply = trySend(exchange, request, usable, this);
        if (reply != null) {
            return reply;
        }
        return guard == null || usable.among().length == 0
                ? Reply.failed(none(usable))
                : guard.refuse(usable.among(), exchange);
    }

    /**
     * Null when no endpoint is there that would take it now.
     *
     * @param asked the one that this one stands in for; itself where it does not
     */
    @Nullable
    Reply trySend(Exchange exchange, Request request, UpstreamService asked) {
        return trySend(exchange, request, upstream.usable().at(exchange.nanoTime()), asked);
    }

    private @Nullable Reply trySend(
            Exchange exchange, Request request, UsableEndpoints.View usable, UpstreamService asked) {
        Endpoint[] among = usable.among();
        if (among.length > 0 && usable.panic()) {
            exchange.note("balance", "panic", "upstream " + name() + ": " + usable.words() + ", all are used", 0);
        }
        if (among.length > 0 && guard != null) {
            return trySend(exchange, request, among, guard, asked);
        }
        Endpoint endpoint = upstream.balancer().pick(request, among, Tried.by(exchange));
        return endpoint == null ? null : call(exchange, request, endpoint, asked);
    }

    private @Nullable Reply trySend(
            Exchange exchange, Request request, Endpoint[] among, EndpointGuard by, UpstreamService asked) {
        EndpointGuard.Picked picked = by.pick(upstream.balancer(), request, among, Tried.by(exchange), exchange);
        if (picked == null) {
            return null;
        }
        Reply reply;
        try {
            reply = call(exchange, request, picked.endpoint(), asked);
        } catch (RuntimeException | Error bug) {
            picked.passage().giveUp(); // with all leases lost it would be half-open for good
            throw bug;
        }
        return picked.passage().follow(reply, request.attempt());
    }

    private Failure none(UsableEndpoints.View usable) {
        return usable.all().length == 0
                ? upstream.discovery().none()
                : Failure.of(Failure.Kind.NO_ENDPOINT, "upstream " + name() + ": " + usable.words());
    }

    String name() {
        return upstream.name();
    }

    /** Whether there is an endpoint that is well. */
    boolean usable(long now) {
        return upstream.usable().at(now).well() > 0;
    }

    /** Whether so few of them are well that the others are used, too. */
    boolean panics(long now) {
        return upstream.usable().at(now).panic();
    }

    /** Why an attempt goes elsewhere, for people. */
    String words(long now) {
        UsableEndpoints.View usable = upstream.usable().at(now);
        return usable.well() > 0 && !usable.panic() ? "the circuits of its endpoints refuse" : usable.words();
    }

    private Reply call(Exchange exchange, Request request, Endpoint endpoint, UpstreamService asked) {
        if (asked != this) {
            String why = "upstream " + asked.name() + ": " + asked.words(exchange.nanoTime());
            exchange.note("failover", "to " + name(), why, 0);
        }
        exchange.upstream(upstream.name());
        Call call = new Call(exchange, request, endpoint, terms);
        upstream.pool().at(exchange.loop().index()).acquire(call);
        return outliers == null
                ? call.reply()
                : Witness.follow(call.reply(), outliers, endpoint, exchange, call.attempt());
    }
}
