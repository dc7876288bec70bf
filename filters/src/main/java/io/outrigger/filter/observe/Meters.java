package io.outrigger.filter.observe;

import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure;
import io.outrigger.metrics.Buckets;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Histogram;
import io.outrigger.metrics.LoopGauge;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the meters of the data path: the same names give the same meters, and so the same counts, under every
 * snapshot, until {@link #retain} forgets them. Shared by all loops.
 */
public final class Meters {
    /** The label {@code route} of what no route took. No route of the file can have that name. */
    public static final String NO_ROUTE = "(none)";

    private record RouteKey(String service, String route, Buckets buckets) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof RouteKey that
                    && service.equals(that.service)
                    && route.equals(that.route)
                    && buckets.equals(that.buckets);
        }

        @Override
        public int hashCode() {
            return 31 * service.hashCode() + route.hashCode();
        }
    }

    private record AttemptKey(String route, String upstream) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof AttemptKey that && route.equals(that.route) && upstream.equals(that.upstream);
        }

        @Override
        public int hashCode() {
            return 31 * route.hashCode() + upstream.hashCode();
        }
    }

    private final Map<RouteKey, RouteMeters> routes = new ConcurrentHashMap<>();
    private final Map<AttemptKey, AttemptMeters> attempts = new ConcurrentHashMap<>();
    private final Map<String, UpstreamMeters> upstreams = new ConcurrentHashMap<>();

    private final Queue<LoopGauge> leaving = new ConcurrentLinkedQueue<>(); // of routes that are gone, while they count

    private volatile Buckets buckets = Buckets.DURATIONS; // of requests
    private final Family<Histogram> requestDurations;
    private final Family<Reading> requestCounts;
    private final Family<LoopGauge> requestsInFlight;
    private final Family<Counter> failures;
    private final Family<Histogram> attemptDurations;
    private final Family<Reading> attemptCounts;
    private final Family<LoopGauge> pools;
    private final Family<Counter> connects;
    private final Family<Counter> handshakes;
    private final ConnectionMeters downstream;
    private final ConnectionMeters upstream;

    public Meters(Metrics metrics) {
        requestDurations = metrics.histograms(
                "http_request_duration_seconds",
                "Time from the complete head of a request to the end of its response.",
                () -> buckets,
                "service",
                "route",
                "method",
                "status");
        requestCounts = metrics.readCounters(
                "http_requests_total",
                "Requests that have ended, by the status that the client got.",
                "service",
                "route",
                "method",
                "status");
        requestsInFlight =
                metrics.loopGauges("http_requests_in_flight", "Requests that have not ended yet.", "service", "route");
        failures = metrics.counters(
                "outrigger_failures_total", "Requests that ended with a failure, by its cause.", "route", "cause");
        attemptDurations = metrics.histograms(
                "outrigger_attempt_duration_seconds",
                "Time from the pick of an endpoint to the end of the attempt.",
                Buckets.DURATIONS,
                "route",
                "upstream",
                "outcome",
                "cause");
        attemptCounts = metrics.readCounters(
                "outrigger_attempts_total",
                "Attempts that have ended, by how far they got and why they failed.",
                "route",
                "upstream",
                "outcome",
                "cause");
        pools = metrics.loopGauges(
                "outrigger_pool_connections", "Connections to an upstream, in use and idle.", "upstream", "state");
        connects = metrics.counters(
                "outrigger_pool_connects_total",
                "New connections to an upstream: success, or the cause of the failure.",
                "upstream",
                "result");
        handshakes = metrics.counters(
                "outrigger_tls_handshakes_total",
                "TLS handshakes of clients: success, or why it failed.",
                "listener",
                "result");
        Family<LoopGauge> connections =
                metrics.loopGauges("outrigger_connections", "Open connections of either side.", "side");
        downstream = new ConnectionMeters(connections.with("downstream"));
        upstream = new ConnectionMeters(connections.with("upstream"));
    }

    /** The meters of a route, or of {@link #NO_ROUTE}, with the usual buckets. */
    public RouteMeters route(String service, String route) {
        return route(service, route, Buckets.DURATIONS);
    }

    /** The meters of a route, or of {@link #NO_ROUTE}; to be written to once {@link #begin} was told of these buckets. */
    public RouteMeters route(String service, String route, Buckets its) {
        return routes.computeIfAbsent(
                new RouteKey(service, route, its), _ -> new RouteMeters(this, service, route, its));
    }

    /**
     * From now on the durations of requests have these buckets. Where those are other ones than before, the counts begin
     * anew, as after a start.
     */
    public void begin(Buckets its) {
        if (!its.equals(buckets)) {
            buckets = its;
            routes.keySet().removeIf(key -> !key.buckets.equals(its));
            requestDurations.retire(_ -> true);
            requestCounts.retire(_ -> true);
        }
    }

    /** The meters of the attempts of a route at an upstream. */
    public AttemptMeters attempts(String route, String toUpstream) {
        return attempts.computeIfAbsent(
                new AttemptKey(route, toUpstream), _ -> new AttemptMeters(this, route, toUpstream));
    }

    /** The meters of the pools of an upstream. */
    public UpstreamMeters upstream(String name) {
        return upstreams.computeIfAbsent(name, _ -> new UpstreamMeters(this, name));
    }

    /** The meters of the clients' connections. */
    public ConnectionMeters downstreamConnections() {
        return downstream;
    }

    /** The meters of the handshakes of a listener that speaks TLS. */
    public HandshakeMeters handshakes(String listener) {
        return new HandshakeMeters(result -> handshakes.with(listener, result));
    }

    /** The requests that have not ended, of all routes, also of those that are gone. */
    public long inFlight() {
        return Stream.concat(requestsInFlight.series().values().stream(), leaving.stream())
                .mapToLong(LoopGauge::value)
                .sum();
    }

    /** The requests that have begun so far, of all routes there are. */
    public long begun() {
        long ended = requestDurations.series().values().stream()
                .mapToLong(Histogram::count)
                .sum();
        return ended + inFlight();
    }

    ConnectionMeters upstreamConnections() {
        return upstream;
    }

    /**
     * Forgets what is about other services, routes and upstreams than these; for the end of a reload, on its thread.
     * Exchanges of a route that is gone still write to its meters, which nobody sees any more.
     */
    public void retain(String service, Set<String> routeNames, Set<String> upstreamNames) {
        routes.keySet().removeIf(key -> !key.service.equals(service) || gone(key.route, routeNames));
        attempts.keySet().removeIf(key -> gone(key.route, routeNames) || !upstreamNames.contains(key.upstream));
        upstreams.keySet().removeIf(name -> !upstreamNames.contains(name));
        leaving.removeIf(gauge -> gauge.value() == 0);
        requestsInFlight.series().forEach((labels, gauge) -> {
            if (!labels.getFirst().equals(service) || gone(labels.get(1), routeNames)) {
                leaving.add(gauge); // nobody sees it, but a drain waits for it
            }
        });
        for (Family<?> family : List.of(requestDurations, requestCounts, requestsInFlight)) {
            family.retire(labels -> !labels.getFirst().equals(service) || gone(labels.get(1), routeNames));
        }
        failures.retire(labels -> gone(labels.getFirst(), routeNames));
        for (Family<?> family : List.of(attemptDurations, attemptCounts)) {
            family.retire(labels -> gone(labels.getFirst(), routeNames) || !upstreamNames.contains(labels.get(1)));
        }
        for (Family<?> family : List.of(pools, connects)) {
            family.retire(labels -> !upstreamNames.contains(labels.getFirst()));
        }
    }

    /** Forgets the handshakes of other listeners than these; likewise. */
    public void retainListeners(Set<String> names) {
        handshakes.retire(labels -> !names.contains(labels.getFirst()));
    }

    private static boolean gone(String route, Set<String> routeNames) {
        return !route.equals(NO_ROUTE) && !routeNames.contains(route);
    }

    // ---- for the meters, when they need a series for the first time; in vain when they have been forgotten

    Histogram requests(RouteMeters meters, String service, String route, RequestMethod method, int status) {
        if (routes.get(new RouteKey(service, route, meters.buckets())) != meters) {
            return requestDurations.unseen();
        }
        String code = Integer.toString(status);
        Histogram one = requestDurations.with(service, route, method.name(), code);
        requestCounts.put(new Reading(one::count), service, route, method.name(), code);
        return one;
    }

    LoopGauge inFlight(String service, String route) {
        return requestsInFlight.with(service, route);
    }

    Counter failures(RouteMeters meters, String service, String route, Failure.Kind kind) {
        boolean known = routes.get(new RouteKey(service, route, meters.buckets())) == meters;
        return known ? failures.with(route, kind.cause()) : failures.unseen();
    }

    Histogram attempts(
            AttemptMeters meters, String route, String toUpstream, Delivery outcome, Failure.@Nullable Kind cause) {
        if (attempts.get(new AttemptKey(route, toUpstream)) != meters) {
            return attemptDurations.unseen();
        }
        String why = cause == null ? "none" : cause.cause();
        Histogram one = attemptDurations.with(route, toUpstream, outcome.label(), why);
        attemptCounts.put(new Reading(one::count), route, toUpstream, outcome.label(), why);
        return one;
    }

    LoopGauge pool(String toUpstream, String state) {
        return pools.with(toUpstream, state);
    }

    Counter connects(String toUpstream, String result) {
        return connects.with(toUpstream, result);
    }

    Counter connects(UpstreamMeters meters, String toUpstream, Failure.Kind why) {
        return upstreams.get(toUpstream) == meters ? connects.with(toUpstream, why.cause()) : connects.unseen();
    }
}
