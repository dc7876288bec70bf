package io.outrigger.proxy;

import io.outrigger.config.ReadResult;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.filter.observe.ObserveFilter;
import io.outrigger.proxy.route.Snapshot;
import io.outrigger.proxy.upstream.Upstream;
import java.util.Map;

/**
 * The snapshot in force, and what belongs to it. Immutable.
 *
 * @param read the file that it was made from
 * @param observer counts and logs what no route takes
 * @param unrouted answers what no route takes
 * @param lastHop answers what may not be forwarded
 */
record Active(
        ReadResult.Ok read,
        Snapshot snapshot,
        Map<String, Upstream> upstreams,
        ObserveFilter observer,
        Service unrouted,
        Service lastHop) {

    Active(ReadResult.Ok read, Snapshot snapshot, Map<String, Upstream> upstreams, ObserveFilter observer) {
        this(
                read,
                snapshot,
                upstreams,
                observer,
                observer.over((_, request) -> Reply.failed(noRoute(request))),
                observer.over((_, request) -> MaxForwards.end(request)));
    }

    private static Failure noRoute(Request request) {
        String host = request.host();
        String asked = request.method() + (host == null ? "" : " for host " + host);
        return Failure.of(Failure.Kind.NO_ROUTE, "no route takes " + asked + " and this path");
    }
}
