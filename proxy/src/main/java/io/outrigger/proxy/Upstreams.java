package io.outrigger.proxy;

import io.outrigger.config.Balance;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.PoolConfig;
import io.outrigger.config.UpstreamConfig;
import io.outrigger.config.UpstreamTlsConfig;
import io.outrigger.filter.observe.Meters;
import io.outrigger.metrics.DnsMeters;
import io.outrigger.proxy.balance.Balancer;
import io.outrigger.proxy.balance.Discovery;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.balance.Resolver;
import io.outrigger.proxy.balance.SlowStart;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.route.Bulkheads.Bulkhead;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.tls.ClientTls;
import io.outrigger.proxy.tls.FileWatch;
import io.outrigger.proxy.tls.UnusableFile;
import io.outrigger.proxy.upstream.Connector;
import io.outrigger.proxy.upstream.Pool;
import io.outrigger.proxy.upstream.Upstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;
import java.util.logging.Logger;

/** Makes the upstreams of a configuration, with the state of the one before where it still fits. Immutable. */
final class Upstreams {
    private static final Logger LOG = Logger.getLogger(Upstreams.class.getName());

    /** Whose pool it is: empty for that of all routes without a bulkhead. */
    private record PoolShape(String bulkhead, PoolConfig pool, Duration connectTimeout, Optional<ActiveTls> tls) {}

    private static final Duration GAP = Duration.ofSeconds(1);
    private static final Duration NAMES_WAIT = Duration.ofSeconds(1); // for all upstreams together
    private static final LongUnaryOperator RANDOM =
            bound -> ThreadLocalRandom.current().nextLong(bound);

    private final Loops loops;
    private final Meters meters;
    private final DnsMeters dnsMeters;
    private final Resolver resolver;
    private final FileWatch watch;
    private final Healths healths;

    Upstreams(Loops loops, Meters meters, DnsMeters dnsMeters, Resolver resolver, FileWatch watch, Healths healths) {
        this.healths = healths;
        this.dnsMeters = dnsMeters;
        this.watch = watch;
        this.loops = loops;
        this.meters = meters;
        this.resolver = resolver;
    }

    /** By name. */
    Map<String, Upstream> of(OutriggerConfig config, Kept kept) {
        Map<String, Upstream> all = new LinkedHashMap<>();
        config.upstreams().forEach((name, upstream) -> all.put(name, upstream(upstream, kept)));
        return all;
    }

    private Upstream upstream(UpstreamConfig config, Kept kept) {
        String name = config.name();
        EndpointSet endpoints = kept.claim(name, EndpointSet.class, "", EndpointSet::new);
        ActiveDiscovery discovery = kept.claim(
                name,
                ActiveDiscovery.class,
                new DiscoveryShape(config.endpoints(), config.dns()),
                () -> new ActiveDiscovery(Discovery.of(config, endpoints, resolver, dnsMeters, System::nanoTime)));
        Balancer balancer = kept.claim(
                        name,
                        BalancerState.class,
                        config.balance(),
                        () -> new BalancerState(balancer(config.balance())))
                .balancer();
        Pool pool = pool(config, "", config.pool(), tls(config, kept), endpoints, kept);
        healths.checks(config, endpoints, tls(config, kept).map(ActiveTls::tls), kept);
        return new Upstream(
                name,
                endpoints,
                discovery.discovery(),
                config.slowStart().map(time -> slowly(balancer, time)).orElse(balancer),
                pool,
                healths.usable(config, endpoints, kept),
                healths.outliers(config, endpoints, kept));
    }

    /**
     * The same upstream with connections that are a bulkhead's own. Who has a slot only waits there for the connection
     * of who had it before to be gone, or for an idle one of another loop to give way.
     */
    Upstream of(Upstream shared, UpstreamConfig config, Bulkhead bulkhead, Kept kept) {
        int most = bulkhead.config().maxConnections();
        Duration wait = bulkhead.config().maxWait();
        PoolConfig its = config.pool();
        PoolConfig own = new PoolConfig(
                most,
                most,
                wait.compareTo(GAP) > 0 ? wait : GAP,
                its.idleTimeout(),
                its.maxRequests(),
                its.maxLifetime());
        Pool pool = pool(config, bulkhead.name(), own, tls(config, kept), shared.endpoints(), kept);
        return shared.over(pool);
    }

    private Optional<ActiveTls> tls(UpstreamConfig config, Kept kept) {
        return config.tls().map(its -> kept.claim(config.name(), ActiveTls.class, its, () -> tls(config.name(), its)));
    }

    private Pool pool(
            UpstreamConfig config,
            String bulkhead,
            PoolConfig limits,
            Optional<ActiveTls> tls,
            EndpointSet endpoints,
            Kept kept) {
        PoolShape shape = new PoolShape(bulkhead, limits, config.connectTimeout(), tls);
        return kept.claim(
                        config.name(),
                        ActivePool.class,
                        shape,
                        () -> new ActivePool(pool(config, bulkhead, limits, tls), !bulkhead.isEmpty(), endpoints))
                .pool();
    }

    private ActiveTls tls(String name, UpstreamTlsConfig config) {
        try {
            return new ActiveTls(ClientTls.of(name, config), watch);
        } catch (UnusableFile e) {
            throw new UncheckedIOException("upstream " + name + ": " + e.getMessage(), new IOException(e));
        }
    }

    private Pool pool(UpstreamConfig config, String bulkhead, PoolConfig limits, Optional<ActiveTls> tls) {
        Connector connector = new Connector(
                loops, config.connectTimeout(), tls.map(ActiveTls::tls).orElse(null));
        String name = bulkhead.isEmpty() ? config.name() : config.name() + " in bulkhead " + bulkhead;
        return new Pool(name, limits, meters.upstream(config.name()), loops, connector);
    }

    private static Balancer balancer(Balance config) {
        return Balancer.of(config, RANDOM, System::nanoTime);
    }

    private static Balancer slowly(Balancer balancer, Duration time) {
        return new SlowStart(balancer, time, RANDOM, System::nanoTime);
    }

    private record DiscoveryShape(Object endpoints, Object dns) {}

    /** A balancer as kept state, whatever its class. Immutable. */
    private record BalancerState(Balancer balancer) {}

    /** A discovery that runs while a snapshot in force has it. Immutable. */
    private record ActiveDiscovery(Discovery discovery) implements Kept.Active {
        @Override
        public void begin() {
            discovery.begin();
        }

        @Override
        public void end() {
            discovery.close();
        }
    }

    /** What speaks TLS, and follows its files while a snapshot in force has it. Confined to the reload thread. */
    private static final class ActiveTls implements Kept.Active {
        private final ClientTls tls;
        private final FileWatch watch;
        private Runnable forget = () -> {};

        ActiveTls(ClientTls tls, FileWatch watch) {
            this.tls = tls;
            this.watch = watch;
        }

        ClientTls tls() {
            return tls;
        }

        @Override
        public void begin() {
            forget = tls.follow(watch);
        }

        @Override
        public void end() {
            forget.run();
        }
    }

    /** A pool that is retired when no snapshot in force has it any more. Confined to the reload thread. */
    private static final class ActivePool implements Kept.Active {
        private final Pool pool;
        private final boolean slots; // whether a bulkhead's bound its calls
        private final Runnable forget;

        ActivePool(Pool pool, boolean slots, EndpointSet endpoints) {
            this.pool = pool;
            this.slots = slots;
            this.forget = endpoints.onRemoved(_ -> pool.dropRemoved());
        }

        Pool pool() {
            return pool;
        }

        @Override
        public void begin() {}

        @Override
        public void end() {
            forget.run();
            if (slots) {
                pool.retireUnderSlots();
            } else {
                pool.retire();
            }
        }
    }

    /** Waits a moment for the names of all to be looked up. */
    static void awaitNames(Collection<Upstream> reached) {
        long until = System.nanoTime() + NAMES_WAIT.toNanos();
        try {
            for (Upstream upstream : reached) {
                Duration left = Duration.ofNanos(Math.max(until - System.nanoTime(), 0));
                if (!upstream.discovery().awaitAnswers(left)) {
                    LOG.info(() -> "upstream " + upstream.name() + ": starting before its names are looked up");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread back; names come when they come
        }
    }
}
