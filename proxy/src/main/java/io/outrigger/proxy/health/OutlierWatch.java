package io.outrigger.proxy.health;

import io.outrigger.config.OutlierDetectionConfig;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.proxy.balance.Ejection;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import org.jspecify.annotations.Nullable;

/**
 * Compares the endpoints of an upstream at the end of each interval, and tells when the time of an ejection is up, from
 * when it begins until it ends. Confined to one loop, but for beginning and ending.
 */
public final class OutlierWatch {
    private final OutlierDetectionConfig config;
    private final EndpointSet endpoints;
    private final HealthThread thread;
    private final Outliers outliers;
    private @Nullable Timer tick; // null before it begins, and once ended
    private boolean begun; // for who begins and ends
    private boolean ended;

    /** The ejections are the upstream's, whatever its configuration. */
    public OutlierWatch(
            String upstream,
            OutlierDetectionConfig config,
            EndpointSet endpoints,
            Ejections ejections,
            HealthThread thread,
            HealthMetrics metrics) {
        this.config = config;
        this.endpoints = endpoints;
        this.thread = thread;
        this.outliers = new Outliers(upstream, config, endpoints, ejections, (endpoint, ejection) -> {
            metrics.ejected(upstream, endpoint, ejection.reason().label());
            thread.execute(() -> awaitEnd(endpoint, ejection));
        });
    }

    /** Where attempts are counted. */
    public Outliers outliers() {
        return outliers;
    }

    /** From any thread. Tells also of the ends of ejections that began before. */
    public void begin() {
        begun = true;
        thread.execute(() -> {
            next();
            for (Endpoint endpoint : endpoints.current()) {
                Ejection last = endpoint.standing().ejection();
                if (last != null) {
                    awaitEnd(endpoint, last);
                }
            }
        });
    }

    /** From the thread that began it. */
    public void end() {
        if (begun) {
            thread.execute(() -> {
                ended = true;
                if (tick != null) {
                    tick.cancel();
                    tick = null;
                }
            });
        }
    }

    private void next() {
        Loops loops = thread.loops();
        if (!ended && loops != null) {
            tick = loops.all().getFirst().after(config.interval().toNanos(), this::compare);
        }
    }

    private void compare() {
        Loops loops = thread.loops();
        if (loops != null) {
            outliers.compare(loops.all().getFirst().nanoTime());
            next();
        }
    }

    private void awaitEnd(Endpoint endpoint, Ejection ejection) {
        Loops loops = thread.loops();
        if (ended || loops == null) {
            return;
        }
        NettyLoop loop = loops.all().getFirst();
        long now = loop.nanoTime();
        if (!ejection.over(now)) {
            loop.after(ejection.untilNanos() - now, () -> back(endpoint, ejection));
        }
    }

    private void back(Endpoint endpoint, Ejection ejection) {
        if (!ended) {
            outliers.back(endpoint, ejection);
        }
    }
}
