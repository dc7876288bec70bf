package io.outrigger.proxy;

import io.outrigger.config.OutlierDetectionConfig;
import io.outrigger.config.UpstreamConfig;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.balance.UsableEndpoints;
import io.outrigger.proxy.health.Ejections;
import io.outrigger.proxy.health.HealthChecks;
import io.outrigger.proxy.health.HealthMetrics;
import io.outrigger.proxy.health.HealthThread;
import io.outrigger.proxy.health.OutlierWatch;
import io.outrigger.proxy.health.Outliers;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.tls.ClientTls;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Makes what looks after the health of upstreams, as their configuration says. Immutable. */
final class Healths {
    private record WatchShape(OutlierDetectionConfig config, boolean checked) {}

    private record CheckShape(Object config, Optional<ClientTls> tls) {}

    private final HealthThread thread;
    private final HealthMetrics metrics;

    Healths(HealthThread thread, HealthMetrics metrics) {
        this.thread = thread;
        this.metrics = metrics;
    }

    UsableEndpoints usable(UpstreamConfig config, EndpointSet endpoints, Kept kept) {
        String name = config.name();
        var rules = new UsableEndpoints.Rules(
                config.healthCheck().isPresent(),
                config.outlierDetection().isPresent(),
                config.slowStart().isPresent(),
                config.panicThreshold());
        UsableEndpoints usable =
                kept.claim(name, UsableEndpoints.class, rules, () -> new UsableEndpoints(name, endpoints, rules));
        kept.claim(name, ActiveSeries.class, rules, () -> new ActiveSeries(metrics, name, endpoints, usable));
        return usable;
    }

    Optional<Outliers> outliers(UpstreamConfig config, EndpointSet endpoints, Kept kept) {
        String name = config.name();
        boolean checked = config.healthCheck().isPresent();
        Ejections ejections = kept.claim(name, Ejections.class, "", () -> new Ejections(endpoints));
        return config.outlierDetection().map(its -> kept.claim(
                        name,
                        ActiveWatch.class,
                        new WatchShape(its, checked),
                        () -> new ActiveWatch(
                                new OutlierWatch(name, its, endpoints, ejections, checked, thread, metrics)))
                .watch()
                .outliers());
    }

    void checks(UpstreamConfig config, EndpointSet endpoints, Optional<ClientTls> tls, Kept kept) {
        String name = config.name();
        config.healthCheck()
                .ifPresent(its -> kept.claim(
                        name,
                        ActiveChecks.class,
                        new CheckShape(its, tls),
                        () -> new ActiveChecks(new HealthChecks(
                                name,
                                its,
                                endpoints,
                                tls.orElse(null),
                                thread,
                                bound -> ThreadLocalRandom.current().nextLong(bound),
                                metrics))));
    }

    /** Forgets the series of other upstreams than these. */
    void retainMeters(Set<String> upstreams) {
        metrics.retain(upstreams);
    }

    /** Comparisons that run while a snapshot in force has them. Immutable. */
    private record ActiveWatch(OutlierWatch watch) implements Kept.Active {
        @Override
        public void begin() {
            watch.begin();
        }

        @Override
        public void end() {
            watch.end();
        }
    }

    /** Checks that run while a snapshot in force has them. Immutable. */
    private record ActiveChecks(HealthChecks checks) implements Kept.Active {
        @Override
        public void begin() {
            checks.begin();
        }

        @Override
        public void end() {
            checks.end();
        }
    }

    /** Series that follow the endpoints while a snapshot in force has them. Confined to the reload thread. */
    private static final class ActiveSeries implements Kept.Active {
        private final HealthMetrics metrics;
        private final String upstream;
        private final EndpointSet endpoints;
        private final UsableEndpoints usable;
        private Runnable ignore = () -> {};

        ActiveSeries(HealthMetrics metrics, String upstream, EndpointSet endpoints, UsableEndpoints usable) {
            this.metrics = metrics;
            this.upstream = upstream;
            this.endpoints = endpoints;
            this.usable = usable;
        }

        @Override
        public void begin() {
            ignore = endpoints.onChanged(this::show);
            show();
        }

        private void show() {
            metrics.show(upstream, endpoints, usable);
        }

        @Override
        public void end() {
            ignore.run();
        }
    }
}
