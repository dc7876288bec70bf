package io.outrigger.proxy.upstream;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.util.List;

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
        for (UpstreamService one : all) {
            if (one.usable(now)) {
                if (one != all[0]) {
                    exchange.note(
                            "failover", "to " + one.name(), "upstream " + all[0].name() + ": " + all[0].words(now), 0);
                }
                return one.send(exchange, request);
            }
        }
        return all[0].send(exchange, request); // which uses what it has, or says why it does not
    }
}
