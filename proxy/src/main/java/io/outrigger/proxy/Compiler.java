package io.outrigger.proxy;

import io.outrigger.config.ListenerConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.ReadResult;
import io.outrigger.config.RetryConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.filter.bulkhead.BulkheadMetrics;
import io.outrigger.filter.circuitbreaker.CircuitMetrics;
import io.outrigger.filter.concurrency.ConcurrencyMetrics;
import io.outrigger.filter.fallback.FallbackMetrics;
import io.outrigger.filter.fault.LiveFaults;
import io.outrigger.filter.hedge.HedgeMetrics;
import io.outrigger.filter.idempotency.IdempotencyMetrics;
import io.outrigger.filter.observe.AccessLines;
import io.outrigger.filter.observe.AccessRule;
import io.outrigger.filter.observe.Meters;
import io.outrigger.filter.observe.ObserveFilter;
import io.outrigger.filter.observe.RecentExchanges;
import io.outrigger.filter.observe.Traces;
import io.outrigger.filter.ratelimit.RateLimitMetrics;
import io.outrigger.filter.retry.RetryMetrics;
import io.outrigger.filter.slo.SloMetrics;
import io.outrigger.metrics.Buckets;
import io.outrigger.metrics.DnsMeters;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.balance.Resolver;
import io.outrigger.proxy.health.HealthMetrics;
import io.outrigger.proxy.health.HealthThread;
import io.outrigger.proxy.log.Logs;
import io.outrigger.proxy.loop.DirectMemory;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.route.Bulkheads;
import io.outrigger.proxy.route.Bulkheads.Bulkhead;
import io.outrigger.proxy.route.Circuits;
import io.outrigger.proxy.route.CompiledRoute;
import io.outrigger.proxy.route.Faults;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.route.Keys;
import io.outrigger.proxy.route.RateLimits;
import io.outrigger.proxy.route.RouteChain;
import io.outrigger.proxy.route.Slos;
import io.outrigger.proxy.route.Snapshot;
import io.outrigger.proxy.route.Supplies;
import io.outrigger.proxy.store.StoreMetrics;
import io.outrigger.proxy.store.Stores;
import io.outrigger.proxy.tls.FileWatch;
import io.outrigger.proxy.trace.Tracer;
import io.outrigger.proxy.upstream.Upstream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes running objects out of a configuration. Confined to the thread that starts and reloads. */
final class Compiler {
    private static final Logger LOG = Logger.getLogger(Compiler.class.getName());
    private static final Duration SLOW = Duration.ofSeconds(1); // to be remembered; routes may have a goal of their own
    private static final LongUnaryOperator RANDOM =
            bound -> ThreadLocalRandom.current().nextLong(bound);

    private final Loops loops;
    private final Meters meters;
    private final RetryMetrics retryMetrics;
    private final HedgeMetrics hedgeMetrics;
    private final CircuitMetrics circuitMetrics;
    private final BulkheadMetrics bulkheadMetrics;
    private final RateLimitMetrics rateLimitMetrics;
    private final ConcurrencyMetrics concurrencyMetrics;
    private final IdempotencyMetrics idempotencyMetrics;
    private final FallbackMetrics fallbackMetrics;
    private final StoreMetrics storeMetrics;
    private final SloMetrics sloMetrics;
    private final LiveFaults liveFaults;
    private final BufferBudget buffers = new BufferBudget(
            Math.min(BufferBudget.DEFAULT_BYTES, DirectMemory.ofProcess().bytes() / 2));
    private final BufferBudget heap = new BufferBudget(Runtime.getRuntime().maxMemory() / 2);
    private final RecentExchanges recent;
    private final Optional<Logs> logs;
    private final Healths healths;
    private final Upstreams upstreams;
    private final FileWatch watch;
    private final InstantSource clock;
    private Kept kept = Kept.none();
    private final Tracer tracer;
    private @Nullable Stores stores; // those in force; null before the first are

    Compiler(
            Loops loops,
            Metrics metrics,
            Meters meters,
            RecentExchanges recent,
            LiveFaults liveFaults,
            Optional<Logs> logs,
            Resolver resolver,
            FileWatch watch,
            HealthThread health,
            InstantSource clock) {
        this.loops = loops;
        this.meters = meters;
        this.retryMetrics = new RetryMetrics(metrics);
        this.hedgeMetrics = new HedgeMetrics(metrics);
        this.circuitMetrics = new CircuitMetrics(metrics);
        this.bulkheadMetrics = new BulkheadMetrics(metrics);
        this.rateLimitMetrics = new RateLimitMetrics(metrics);
        this.fallbackMetrics = new FallbackMetrics(metrics);
        this.sloMetrics = new SloMetrics(metrics);
        this.concurrencyMetrics = new ConcurrencyMetrics(metrics);
        this.idempotencyMetrics = new IdempotencyMetrics(metrics);
        this.storeMetrics = new StoreMetrics(metrics);
        this.tracer = new Tracer(metrics, clock, loops.epoll());
        this.recent = recent;
        this.liveFaults = liveFaults;
        this.logs = logs;
        this.healths = new Healths(health, new HealthMetrics(metrics, System::nanoTime));
        this.upstreams = new Upstreams(loops, meters, new DnsMeters(metrics), resolver, watch, healths);
        this.watch = watch;
        this.clock = clock;
    }

    /** Closes the connections to stores. To be called when nothing is compiled any more, and no loop turns. */
    void close() {
        if (stores != null) {
            stores.close();
        }
        tracer.close();
    }

    /** How many requests with keys go on although their clients have been answered or have left. From any thread. */
    long unfinished() {
        return idempotencyMetrics.unfinished();
    }

    /** What a configuration was made into. Confined to the thread that starts and reloads. */
    final class Compiled {
        private final Active active;
        private final Stores shared;
        private final RateLimits rateLimits;
        private final Kept its;

        private Compiled(Active active, Stores shared, RateLimits rateLimits, Kept its) {
            this.active = active;
            this.shared = shared;
            this.rateLimits = rateLimits;
            this.its = its;
        }

        Active active() {
            return active;
        }

        /** Begins what belongs to it, and ends what belonged to the one before it only. To be called before it is in force. */
        void begin() {
            its.settle();
            kept = its;
            stores = shared;
            shared.show(storeMetrics);
            OutriggerConfig config = active.read().config();
            meters.begin(Slos.buckets(config));
            logs.ifPresent(
                    log -> log.configure(config.service(), config.logging().level()));
            active.circuits().forEach((route, circuits) -> circuitMetrics.show(route, circuits, System::nanoTime));
            active.bulkheads().values().forEach(bulkhead -> {
                bulkhead.slots().limit(bulkhead.config().maxConnections());
                bulkheadMetrics.show(bulkhead.name(), bulkhead.slots());
            });
            rateLimits.show();
            active.keys().values().forEach(idempotencyMetrics::show);
            active.slos().values().forEach(sloMetrics::show);
            compareWithHeap();
        }

        /** Stores that are larger together than what they may have give up answers before they are full themselves. */
        private void compareWithHeap() {
            long configured = active.snapshot().routes().stream()
                    .mapToLong(route -> route.config().policies().storeBytes())
                    .sum();
            long most = Runtime.getRuntime().maxMemory() / 2;
            if (configured > most) {
                LOG.warning(() -> "stores in memory of " + (configured >> 20)
                        + " MiB are configured (expected: at most " + (most >> 20)
                        + " MiB together, half of the heap; more heap is OUTRIGGER_JAVA_OPTS=-Xmx…)");
            }
        }

        /** Takes the series of routes and upstreams that it does not have out of the metrics. To be called afterwards. */
        void retainMeters() {
            Set<String> names = names(_ -> true);
            meters.retain(
                    active.read().config().service(), names, active.upstreams().keySet());
            meters.retainListeners(active.read().config().listeners().stream()
                    .filter(listener -> listener.tls().isPresent())
                    .map(ListenerConfig::name)
                    .collect(Collectors.toSet()));
            healths.retainMeters(active.upstreams().keySet());
            circuitMetrics.retain(active.circuits().keySet());
            fallbackMetrics.retain(names(route -> route.policies().fallback().isPresent()));
            concurrencyMetrics.retain(
                    names(route -> route.policies().concurrency().isPresent()),
                    names(route -> route.policies().priority().isPresent()));
            bulkheadMetrics.retain(
                    active.bulkheads().values().stream().map(Bulkhead::name).collect(Collectors.toSet()));
            rateLimits.retain();
            hedgeMetrics.retain(names(route -> route.policies().hedge().isPresent()));
            retryMetrics.retain(
                    names(route -> RouteChain.retries(route).isPresent()), names(route -> RouteChain.retries(route)
                            .flatMap(RetryConfig::budget)
                            .isPresent()));
            idempotencyMetrics.retain(active.keys());
            sloMetrics.retain(active.slos());
            liveFaults.retain(names, names(route -> route.fault().isPresent()));
        }

        private Set<String> names(Predicate<RouteConfig> which) {
            return active.snapshot().routes().stream()
                    .map(CompiledRoute::config)
                    .filter(which)
                    .map(RouteConfig::name)
                    .collect(Collectors.toSet());
        }
    }

    /**
     * Makes a configuration into something that can be put in force. Waits a moment for names to be looked up, so that
     * the first request finds its endpoints. Nothing of it runs until it is begun.
     */
    Compiled compile(ReadResult.Ok read) {
        Kept next = kept.next();
        try {
            Stores shared = new Stores(read.config(), next, watch);
            RateLimits rateLimits = new RateLimits(next, rateLimitMetrics, shared::buckets, RANDOM, System::nanoTime);
            return new Compiled(compile(read, next, shared, rateLimits), shared, rateLimits, next);
        } catch (RuntimeException e) {
            next.abandon();
            throw e;
        }
    }

    private Active compile(ReadResult.Ok read, Kept next, Stores shared, RateLimits rateLimits) {
        OutriggerConfig config = read.config();
        Buckets buckets = Slos.buckets(config);
        Traces traces = tracer.traces(config, next);
        AccessRule rule = new AccessRule(config.logging().access(), RANDOM);
        AccessLines lines = logs.map(log -> log.accessLines(config.service(), loops.count()))
                .orElse(AccessLines.NONE);
        Map<String, Upstream> reached = upstreams.of(config, next);
        Circuits circuits = new Circuits(
                next, circuitMetrics, upstream -> Ends.reach(upstream, config, reached), RANDOM, System::nanoTime);
        Bulkheads bulkheads = new Bulkheads(next, bulkheadMetrics);
        Keys keys = new Keys(next, idempotencyMetrics, shared::keys, buffers, heap, RANDOM);
        Slos slos = new Slos(next, loops.count(), System::nanoTime);
        RouteChain chain = new RouteChain(
                route -> new ObserveFilter(
                        meters.route(config.service(), route.name(), buckets),
                        rule,
                        lines,
                        recent,
                        Slos.slow(route, SLOW),
                        traces),
                new Ends(config, reached, upstreams, bulkheads, circuits, meters, next),
                new Supplies(
                        next,
                        slos,
                        circuits,
                        bulkheads,
                        rateLimits,
                        new Faults(next, liveFaults, config.admin().isPresent(), meters, RANDOM),
                        keys,
                        buffers,
                        heap,
                        retryMetrics,
                        concurrencyMetrics,
                        hedgeMetrics,
                        fallbackMetrics,
                        RANDOM,
                        System::nanoTime,
                        clock));
        Snapshot snapshot = Snapshot.compile(config, chain::compile, clock.instant());
        Upstreams.awaitNames(reached.values());
        ObserveFilter unrouted = new ObserveFilter(
                meters.route(config.service(), Meters.NO_ROUTE, buckets), rule, lines, recent, SLOW, traces);
        return new Active(
                read,
                snapshot,
                reached,
                circuits.byRoute(),
                bulkheads.byRoute(),
                keys.byRoute(),
                slos.byRoute(),
                unrouted);
    }
}
