package io.outrigger.proxy;

import io.outrigger.config.ListenerConfig;
import io.outrigger.config.ReadResult;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.filter.circuitbreaker.RouteCircuits;
import io.outrigger.filter.idempotency.RouteKeys;
import io.outrigger.filter.observe.ObserveFilter;
import io.outrigger.filter.slo.Slo;
import io.outrigger.proxy.route.Bulkheads.Bulkhead;
import io.outrigger.proxy.route.RouteTable;
import io.outrigger.proxy.route.Snapshot;
import io.outrigger.proxy.upstream.Upstream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot in force, and what belongs to it. Immutable.
 *
 * @param read the file that it was made from
 * @param doors the routes of each listener, by its place
 * @param circuits by route, where there are any
 * @param bulkheads likewise
 * @param keys likewise
 * @param slos likewise
 * @param observer counts and logs what no route takes
 * @param unrouted answers what no route takes
 * @param lastHop answers what may not be forwarded
 */
record Active(
        ReadResult.Ok read,
        Snapshot snapshot,
        Map<String, Upstream> upstreams,
        Map<String, RouteTable> doors,
        Map<String, RouteCircuits> circuits,
        Map<String, Bulkhead> bulkheads,
        Map<String, RouteKeys> keys,
        Map<String, Slo> slos,
        ObserveFilter observer,
        Service unrouted,
        Service lastHop) {

    Active(
            ReadResult.Ok read,
            Snapshot snapshot,
            Map<String, Upstream> upstreams,
            Map<String, RouteCircuits> circuits,
            Map<String, Bulkhead> bulkheads,
            Map<String, RouteKeys> keys,
            Map<String, Slo> slos,
            ObserveFilter observer) {
        this(
                read,
                snapshot,
                upstreams,
                doors(snapshot),
                circuits,
                bulkheads,
                keys,
                slos,
                observer,
                observer.over((_, request) -> Reply.failed(noRoute(request))),
                observer.over((_, request) -> MaxForwards.end(request)));
    }

    private static Map<String, RouteTable> doors(Snapshot snapshot) {
        Map<String, RouteTable> all = new HashMap<>();
        for (ListenerConfig listener : snapshot.config().listeners()) {
            all.put(listener.place(), snapshot.table(listener.name()));
        }
        return Map.copyOf(all);
    }

    /** The routes of the listener at that place; null when there is none. */
    @Nullable
    RouteTable door(String place) {
        return doors.get(place);
    }

    /** Does not say which host: what it says is logged, and values of headers are not. */
    private static Failure noRoute(Request request) {
        String asked = request.method() + (request.host() == null ? "" : " for this host");
        return Failure.of(Failure.Kind.NO_ROUTE, "no route takes " + asked + " and this path");
    }
}
