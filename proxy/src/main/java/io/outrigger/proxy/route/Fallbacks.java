package io.outrigger.proxy.route;

import io.outrigger.config.FallbackConfig;
import io.outrigger.config.RetryConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.exchange.Service;
import io.outrigger.filter.fallback.FallbackFilter;
import io.outrigger.filter.fallback.StaleStore;

/** Makes the ladders of routes that have one. Immutable. */
record Fallbacks(RouteChain.Upstreams upstreams, Supplies supplies) {
    /** The answers that were kept stay, whatever changes but their place in the ladder. */
    FallbackFilter of(RouteConfig route, FallbackConfig config) {
        RetryConfig retry = route.retry().orElseGet(RetryConfig::safe);
        FallbackFilter.Supplies its = new FallbackFilter.Supplies(
                upstream -> to(upstream, route),
                rung -> stale(route.name(), rung),
                supplies.buffers(),
                retry.methods(),
                retry.bodyBuffer());
        return new FallbackFilter(config, its, supplies.fallbackMetrics().route(route.name()));
    }

    private StaleStore stale(String route, int rung) {
        return supplies.kept()
                .claim(route, ActiveStale.class, rung, () -> new ActiveStale(new StaleStore(supplies.heap())))
                .store();
    }

    /** With the rewriting of the route, and none of its circuits: those are about the upstream that could not. */
    private Service to(String upstream, RouteConfig route) {
        return Chain.EMPTY
                .addIf(route.rewrite(), config -> new Rewrite(route, config))
                .endingAt(upstreams.to(upstream, route.withoutCircuitBreaker()));
    }
}
