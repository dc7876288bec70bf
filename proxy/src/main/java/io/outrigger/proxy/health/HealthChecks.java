package io.outrigger.proxy.health;

import io.outrigger.config.HealthCheckConfig;
import io.outrigger.proxy.balance.Checkup;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.tls.ClientTls;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Checks the endpoints of an upstream, those that come later as well, from when it begins until it ends. Confined to one
 * loop, but for beginning and ending.
 */
public final class HealthChecks {
    private static final Logger LOG = Logger.getLogger(HealthChecks.class.getName());

    private final String upstream;
    private final HealthCheckConfig config;
    private final EndpointSet endpoints;
    private final @Nullable ClientTls tls; // null where endpoints speak plain HTTP
    private final HealthThread thread;
    private final LongUnaryOperator randomBelow;
    private final HealthMetrics metrics;
    private final Map<Endpoint, Check> checks = new HashMap<>();
    private Runnable ignore = () -> {};
    private boolean begun; // for who begins and ends
    private boolean ended;

    public HealthChecks(
            String upstream,
            HealthCheckConfig config,
            EndpointSet endpoints,
            @Nullable ClientTls tls,
            HealthThread thread,
            LongUnaryOperator randomBelow,
            HealthMetrics metrics) {
        this.upstream = upstream;
        this.config = config;
        this.endpoints = endpoints;
        this.tls = tls;
        this.thread = thread;
        this.randomBelow = randomBelow;
        this.metrics = metrics;
    }

    /** From any thread. */
    public void begin() {
        begun = true;
        ignore = endpoints.onChanged(() -> thread.execute(this::follow));
        thread.execute(this::follow);
    }

    /** From the thread that began it. What was found stays with the endpoints. */
    public void end() {
        ignore.run();
        if (begun) {
            thread.execute(() -> {
                ended = true;
                checks.values().forEach(Check::stop);
                checks.clear();
            });
        }
    }

    private void follow() {
        Loops loops = thread.loops();
        if (ended || loops == null) {
            return;
        }
        checks.entrySet().removeIf(entry -> {
            boolean gone = entry.getKey().removed();
            if (gone) {
                entry.getValue().stop();
            }
            return gone;
        });
        for (Endpoint endpoint : endpoints.current()) {
            if (!checks.containsKey(endpoint) && !endpoint.removed()) {
                Check check = new Check(loops, config, endpoint, tls, randomBelow, this::turned);
                checks.put(endpoint, check);
                check.begin();
            }
        }
    }

    private void turned(Endpoint endpoint, Checkup now) {
        endpoints.renew();
        String what = now.healthy() ? " is healthy again: " : " is unhealthy: ";
        LOG.info(() -> "upstream " + upstream + ": endpoint " + endpoint + what + now.last());
        if (!now.healthy()) {
            metrics.ejected(upstream, endpoint, HealthMetrics.HEALTH_CHECK);
        }
    }
}
