package io.outrigger.proxy.route;

import io.outrigger.config.RouteConfig;
import io.outrigger.config.RouteTarget;
import io.outrigger.config.TimeoutConfig;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Service;
import io.outrigger.filter.timeout.AttemptTimeoutFilter;
import io.outrigger.filter.timeout.DeadlineFilter;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;

/** The filters of a route, outermost first. Each line says why its filter stands where it does. Immutable. */
public final class RouteChain {
    /** Makes the end of a chain: what sends the requests of a route to an upstream. */
    @FunctionalInterface
    public interface Upstreams {
        Service to(String upstream, RouteConfig route);
    }

    private final Function<RouteConfig, Filter> observe;
    private final Upstreams upstreams;
    private final LongUnaryOperator randomBelow;

    /**
     * @param observe the filter that counts, measures and logs the exchanges of a route
     * @param randomBelow is given a bound above all it returns; called on all loops
     */
    public RouteChain(Function<RouteConfig, Filter> observe, Upstreams upstreams, LongUnaryOperator randomBelow) {
        this.observe = observe;
        this.upstreams = upstreams;
        this.randomBelow = randomBelow;
    }

    /** To be called once per route and snapshot. */
    public Service compile(RouteConfig route) {
        Chain exchange = Chain.EMPTY
                // Sees everything, also what the others refuse.
                .add(observe.apply(route))
                // Around everything that takes time: attempts, the pauses between them, queues.
                .addIf(route.timeout(), DeadlineFilter::new);
        Chain attempt = Chain.EMPTY
                // Around one attempt. It counts from the last byte that was sent, so waiting for a connection is free.
                .addIf(route.timeout().flatMap(TimeoutConfig::attempt), AttemptTimeoutFilter::new)
                // What is above speaks of what the client asked for; only the upstream sees another target or Host.
                .addIf(route.rewrite(), config -> new Rewrite(route, config));
        // Between the two, so that all attempts of an exchange go to the upstream that was drawn for it.
        return exchange.endingAt(drawn(route, attempt));
    }

    private Service drawn(RouteConfig route, Chain attempt) {
        return switch (route.target()) {
            case RouteTarget.One one -> attempt.endingAt(upstreams.to(one.upstream(), route));
            case RouteTarget.Split split ->
                new Split(
                        split.parts().stream()
                                .map(part -> new Split.Part(
                                        attempt.endingAt(upstreams.to(part.upstream(), route)), part.weight()))
                                .toList(),
                        randomBelow);
            case RouteTarget.Dynamic _ ->
                throw new IllegalArgumentException(
                        "route " + route.name() + ": upstream: dynamic (expected: the name of an upstream)");
        };
    }
}
