package io.outrigger.proxy.health;

import io.outrigger.config.OutlierDetectionConfig;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.proxy.balance.Ejection;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import java.util.function.Predicate;
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
    private Runnable ignore = () -> {};
    private boolean begun; // for who begins and ends
    private boolean ended;

    /**
     * For one upstream.
     *
     * @param ejections the upstream's, whatever its configuration
     * @param checked whether endpoints may be ill by their checks
     */
    public OutlierWatch(
            String upstream,
            OutlierDetectionConfig config,
            EndpointSet endpoints,
            Ejections ejections,
            boolean checked,
            HealthThread thread,
            HealthMetrics metrics) {
        this.config = config;
        this.endpoints = endpoints;
        this.thread = thread;
        Predicate<Endpoint> ill =
                endpoint -> checked && !endpoint.standing().checkup().healthy();
        this.outliers = new Outliers(upstream, config, endpoints, ejections, ill, (endpoint, ejection) -> {
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
        ignore = endpoints.onChanged(() -> thread.execute(this::trim));
        thread.execute(() -> {
            next();
            trim(); // more may have been allowed before
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
        ignore.run();
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

    private void trim() {
        Loops loops = thread.loops();
        if (!ended && loops != null) {
            outliers.trim(loops.all().getFirst().nanoTime());
        }
    }

    /** Also of one that a request of before a reload has brought about; of earlier ones the next watch tells. */
    private void awaitEnd(Endpoint endpoint, Ejection ejection) {
        Loops loops = thread.loops();
        if (loops == null) {
            return;
        }
        boolean late = ended;
        NettyLoop loop = loops.all().getFirst();
        long now = loop.nanoTime();
        if (!ejection.over(now)) {
            loop.after(ejection.untilNanos() - now, () -> {
                if (late || !ended) {
                    outliers.back(endpoint, ejection);
                }
            });
        }
    }
}
