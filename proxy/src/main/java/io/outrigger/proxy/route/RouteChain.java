package io.outrigger.proxy.route;

import io.outrigger.config.BudgetConfig;
import io.outrigger.config.ConcurrencyConfig;
import io.outrigger.config.HedgeConfig;
import io.outrigger.config.PriorityConfig;
import io.outrigger.config.RetryConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.RouteTarget;
import io.outrigger.config.Share;
import io.outrigger.config.TimeoutConfig;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Service;
import io.outrigger.filter.concurrency.ConcurrencyFilter;
import io.outrigger.filter.concurrency.ConcurrencyLimit;
import io.outrigger.filter.concurrency.ConcurrencyMeters;
import io.outrigger.filter.concurrency.ConcurrencyMetrics;
import io.outrigger.filter.hedge.HedgeFilter;
import io.outrigger.filter.hedge.ObservedLatency;
import io.outrigger.filter.retry.RetryBudget;
import io.outrigger.filter.retry.RetryFilter;
import io.outrigger.filter.timeout.AttemptTimeoutFilter;
import io.outrigger.filter.timeout.DeadlineFilter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The filters of a route, outermost first. Each line says why its filter stands where it does. Immutable. */
public final class RouteChain {
    private static final BudgetConfig NO_BUDGET = new BudgetConfig(new Share(0), 0, Duration.ofSeconds(1));
    private static final Duration IDLE_WITHOUT_TIMEOUTS = Duration.ofDays(1); // timeout: off

    /** Makes the end of a chain: what sends the requests of a route to an upstream. */
    @FunctionalInterface
    public interface Upstreams {
        Service to(String upstream, RouteConfig route);
    }

    private final Function<RouteConfig, Filter> observe;
    private final Upstreams upstreams;
    private final Supplies supplies;
    private final Fallbacks fallbacks;

    /** @param observe makes the filter that counts, measures and logs the exchanges of a route */
    public RouteChain(Function<RouteConfig, Filter> observe, Upstreams upstreams, Supplies supplies) {
        this.observe = observe;
        this.upstreams = upstreams;
        this.supplies = supplies;
        this.fallbacks = new Fallbacks(upstreams, supplies);
    }

    /** To be called once per route and snapshot. */
    public Service compile(RouteConfig route) {
        Chain exchange = Chain.EMPTY
                // Sees everything, also what the others refuse.
                .add(observe.apply(route))
                // What a route promises is kept or broken by all that is below, refusals included.
                .addIf(supplies.slos().filter(route), filter -> filter)
                // Before anything that costs memory: what comes too fast is to cost nothing else.
                .addIf(route.policies().rateLimit(), config -> supplies.rateLimits()
                        .filter(route.name(), config))
                // Can still answer when time is up, or when a limit below has refused.
                .addIf(route.policies().fallback(), config -> fallbacks.of(route, config))
                // Around everything that takes time: attempts, the pauses between them, queues.
                .addIf(route.timeout(), DeadlineFilter::new)
                // Around all attempts, since one key is one request; inside the deadline, which it may outlive.
                .addIf(route.policies().idempotency(), config -> supplies.keys().filter(route.name(), config))
                // Outside the retries: a request is let in once, and what is refused is not sent again.
                .addIf(route.policies().concurrency(), config -> concurrency(route, config));
        // Between the two, so that all attempts of an exchange go to the upstream that was drawn for it.
        return exchange.endingAt(drawn(route));
    }

    private Service drawn(RouteConfig route) {
        if (route.target() instanceof RouteTarget.One one) {
            return attempts(route, one.upstream());
        }
        if (route.target() instanceof RouteTarget.Split split) {
            return new Split(
                    split.parts().stream()
                            .map(part -> new Split.Part(attempts(route, part.upstream()), part.weight()))
                            .toList(),
                    supplies.randomBelow());
        }
        throw new IllegalArgumentException(
                "route " + route.name() + ": upstream: dynamic (expected: the name of an upstream)");
    }

    private Service attempts(RouteConfig route, String upstream) {
        Circuits.Guard circuit = supplies.circuits().of(route, upstream);
        Optional<RetryFilter> retries = retries(route).map(config -> retry(route.name(), config, circuit));
        return Chain.EMPTY
                // Inside the deadline, which ends the retrying, too; around all that one attempt can fail by.
                .addIf(retries, filter -> filter)
                // Inside the retries, whose budget pays for it: what it loses is one attempt that failed.
                .addIf(
                        route.policies().hedge(),
                        config -> hedge(
                                route.name(),
                                config,
                                retries.orElseThrow(),
                                supplies.slos().exhausted(route)))
                // Inside the retries: each attempt counts, and an open circuit ends the retrying.
                .addIf(circuit.filter(), filter -> filter)
                // Inside the circuit: nobody queues for a slot to find the circuit open.
                .addIf(supplies.bulkheads().of(route), supplies.bulkheads()::filter)
                // Around one attempt. It counts from the last byte that was sent, so waiting for a connection is free.
                .addIf(route.timeout().flatMap(TimeoutConfig::attempt), AttemptTimeoutFilter::new)
                // All above take for the upstream what it does. It goes by what the client has sent.
                .addIf(supplies.faults().filter(route, upstream), filter -> filter)
                // What is above speaks of what the client asked for; only the upstream sees another target or Host.
                .addIf(route.rewrite(), config -> new Rewrite(route, config))
                .endingAt(upstreams.to(upstream, route));
    }

    private ConcurrencyFilter concurrency(RouteConfig route, ConcurrencyConfig config) {
        ConcurrencyMetrics metrics = supplies.concurrencyMetrics();
        ConcurrencyLimit limit = supplies.kept()
                .claim(
                        route.name(),
                        ShownLimit.class,
                        config.algorithm(),
                        () -> new ShownLimit(
                                route.name(),
                                new ConcurrencyLimit(config, supplies.nanoTime().getAsLong()),
                                metrics))
                .limit();
        Optional<PriorityConfig> priority = route.policies().priority();
        ConcurrencyMeters meters = metrics.route(route.name(), priority.isPresent());
        return new ConcurrencyFilter(route.name(), config, priority, limit, meters);
    }

    /** A limit that is in the metrics from when it is in force. Shared by all loops. */
    private record ShownLimit(String route, ConcurrencyLimit limit, ConcurrencyMetrics metrics) implements Kept.Active {
        @Override
        public void begin() {
            metrics.show(route, limit);
        }

        @Override
        public void end() {}
    }

    /** How long no byte may move either way. */
    public static Duration idle(RouteConfig route) {
        return route.timeout().map(TimeoutConfig::idle).orElse(IDLE_WITHOUT_TIMEOUTS);
    }

    /** What a route says of retries. Its hedges go by that, too: where there are none, by those that begin no other. */
    public static Optional<RetryConfig> retries(RouteConfig route) {
        return route.retry()
                .or(() -> route.policies().hedge().map(_ -> RetryConfig.safe().withAttempts(1)));
    }

    private HedgeFilter hedge(String route, HedgeConfig config, RetryFilter retries, BooleanSupplier stopped) {
        LongSupplier now = supplies.nanoTime();
        ObservedLatency latency =
                supplies.kept().claim(route, ObservedLatency.class, "", () -> new ObservedLatency(now.getAsLong()));
        return new HedgeFilter(
                config,
                new RetryTerms(retries),
                latency,
                supplies.hedgeMetrics().route(route),
                stopped);
    }

    private RetryFilter retry(String route, RetryConfig config, Circuits.Guard circuit) {
        return new RetryFilter(
                config,
                config.budget().map(shares -> budget(route, shares)).orElseGet(() -> new RetryBudget(NO_BUDGET, 0)),
                supplies.buffers(),
                supplies.retryMetrics().route(route),
                circuit.open(),
                supplies.randomBelow(),
                supplies.wallClock());
    }

    /** Whatever changes in its configuration, the tokens stay: they are counted by the one that comes with each call. */
    private RetryBudget budget(String route, BudgetConfig config) {
        LongSupplier now = supplies.nanoTime();
        RetryBudget budget =
                supplies.kept().claim(route, RetryBudget.class, "", () -> new RetryBudget(config, now.getAsLong()));
        supplies.retryMetrics().budget(route, () -> budget.tokens(config, now.getAsLong()));
        return budget;
    }
}
