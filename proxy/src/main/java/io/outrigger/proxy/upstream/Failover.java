package io.outrigger.proxy.upstream;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends to the first of several upstreams that has a usable endpoint: the one that was asked for, then those that stand in
 * for it. An attempt that goes elsewhere for that is no extra one, so no budget pays for it. Immutable.
 */
public final class Failover implements Service {
    private final UpstreamService[] all;

    /** In their order; at least one. */
    public Failover(List<UpstreamService> all) {
        this.all = all.toArray(UpstreamService[]::new);
    }

    @Override
    public Reply send(Exchange exchange, Request request) {
        long now = exchange.nanoTime();
        Reply reply = trySend(exchange, request, now, false);
        if (reply == null) {
            reply = trySend(exchange, request, now, true);
        }
        return reply == null ? all[0].send(exchange, request) : reply; // which uses what it has, or says why not
    }

    /** One that has enough endpoints comes before one that has to use those that are not well. */
    private @Nullable Reply trySend(Exchange exchange, Request request, long now, boolean inPanic) {
        for (UpstreamService one : all) {
            Reply reply = one.usable(now) && one.panics(now) == inPanic ? one.trySend(exchange, request, all[0]) : null;
            if (reply != null) {
                return reply;
            }
        }
        return null;
    }
}
