package io.outrigger.proxy.upstream;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.filter.observe.AttemptMeters;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.Tried;
import java.time.Duration;

/** Sends a route's requests to an upstream: the end of every chain. Immutable. */
public final class UpstreamService implements Service {
    private final Upstream upstream;
    private final AttemptMeters meters;
    private final long idleNanos;

    /** With the limit for the time in which no byte moves either way. */
    public UpstreamService(Upstream upstream, AttemptMeters meters, Duration idle) {
        this.upstream = upstream;
        this.meters = meters;
        this.idleNanos = idle.toNanos();
    }

    @Override
    public Reply send(Exchange exchange, Request request) {
        Endpoint endpoint =
                upstream.balancer().pick(request, upstream.endpoints().current(), Tried.by(exchange));
        if (endpoint == null) {
            return Reply.failed(upstream.discovery().none());
        }
        exchange.upstream(upstream.name());
        Call call = new Call(exchange, request, endpoint, meters, idleNanos);
        upstream.pool().at(exchange.loop().index()).acquire(call);
        return call.reply();
    }
}
