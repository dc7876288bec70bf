package io.outrigger.proxy.upstream;

import io.outrigger.exchange.Attempt;
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
    private final AttemptMeters meters;
    private final @Nullable EndpointGuard guard; // null where endpoints have no circuits
    private final @Nullable Outliers outliers; // null where endpoints are not compared
    private final long idleNanos;

    /**
     * A service for one route.
     *
     * @param guard where each endpoint has a circuit
     * @param idle the limit for the time in which no byte moves either way
     */
    public UpstreamService(Upstream upstream, AttemptMeters meters, Optional<EndpointGuard> guard, Duration idle) {
        this.upstream = upstream;
        this.meters = meters;
        this.guard = guard.orElse(null);
        this.outliers = upstream.outliers().orElse(null);
        this.idleNanos = idle.toNanos();
    }

    @Override
    public Reply send(Exchange exchange, Request request) {
        UsableEndpoints.View usable = upstream.usable().at(exchange.nanoTime());
        Endpoint[] among = usable.among();
        if (among.length == 0) {
            return Reply.failed(none(usable));
        }
        if (usable.panic()) {
            exchange.note("balance", "panic", "upstream " + name() + ": " + usable.words() + ", all are used", 0);
        }
        return guard == null ? send(exchange, request, among) : send(exchange, request, among, guard);
    }

    private Reply send(Exchange exchange, Request request, Endpoint[] among, EndpointGuard by) {
        Attempt before = exchange.lastAttempt();
        EndpointGuard.Picked picked = by.pick(upstream.balancer(), request, among, Tried.by(exchange), exchange);
        return picked == null
                ? by.refuse(among, exchange)
                : picked.passage().follow(call(exchange, request, picked.endpoint()), before);
    }

    private Reply send(Exchange exchange, Request request, Endpoint[] among) {
        Endpoint endpoint = upstream.balancer().pick(request, among, Tried.by(exchange));
        return endpoint == null ? Reply.failed(upstream.discovery().none()) : call(exchange, request, endpoint);
    }

    private Failure none(UsableEndpoints.View usable) {
        return usable.all().length == 0
                ? upstream.discovery().none()
                : Failure.of(Failure.Kind.NO_ENDPOINT, "upstream " + name() + ": " + usable.words());
    }

    String name() {
        return upstream.name();
    }

    /** Whether an attempt would find an endpoint that is well, and whose circuit does not refuse it. */
    boolean usable(long now) {
        UsableEndpoints.View usable = upstream.usable().at(now);
        return usable.well() > 0 && (guard == null || !guard.refusesAll(usable.among(), now));
    }

    /** Why it is not usable, for people. */
    String words(long now) {
        UsableEndpoints.View usable = upstream.usable().at(now);
        return usable.well() > 0 ? "the circuits of its endpoints are open" : usable.words();
    }

    private Reply call(Exchange exchange, Request request, Endpoint endpoint) {
        exchange.upstream(upstream.name());
        Call call = new Call(exchange, request, endpoint, meters, idleNanos);
        upstream.pool().at(exchange.loop().index()).acquire(call);
        return outliers == null
                ? call.reply()
                : Witness.follow(call.reply(), outliers, endpoint, exchange, call.attempt());
    }
}
