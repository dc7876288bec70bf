package io.outrigger.proxy.health;

import io.outrigger.config.HealthCheckConfig;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.proxy.balance.Checkup;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.tls.ClientTls;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Checks one endpoint again and again, until told to stop. The pauses are drawn from 10 % around the interval, so that
 * many sidecars do not come at once; where an answer takes longer, the next check waits for it. Confined to one loop.
 */
final class Check {
    private static final long SOON = TimeUnit.SECONDS.toNanos(1); // for the first one

    private final Loops loops;
    private final NettyLoop loop;
    private final HealthCheckConfig config;
    private final Endpoint endpoint;
    private final @Nullable ClientTls tls; // null where endpoints speak plain HTTP
    private final LongUnaryOperator randomBelow;
    private final BiConsumer<Endpoint, Checkup> turned;
    private @Nullable Timer next; // null while a probe is under way, and once stopped
    private @Nullable Probe probe; // null in a pause, and once stopped
    private boolean stopped;

    /** @param turned is told when the checks have agreed on something new */
    Check(
            Loops loops,
            HealthCheckConfig config,
            Endpoint endpoint,
            @Nullable ClientTls tls,
            LongUnaryOperator randomBelow,
            BiConsumer<Endpoint, Checkup> turned) {
        this.loops = loops;
        this.loop = loops.all().getFirst();
        this.config = config;
        this.endpoint = endpoint;
        this.tls = tls;
        this.randomBelow = randomBelow;
        this.turned = turned;
    }

    void begin() {
        long most = Math.min(config.interval().toNanos() / 2, SOON);
        next = loop.after(randomBelow.applyAsLong(most), this::ask);
    }

    private void ask() {
        next = null;
        long began = loop.nanoTime();
        Probe asking = new Probe(loop, config, endpoint, tls, result -> told(result, began));
        probe = asking;
        asking.begin(loops);
    }

    private void told(Probe.Result result, long began) {
        probe = null;
        if (stopped) {
            return;
        }
        long now = loop.nanoTime();
        if (result.asked()) { // else it says nothing of the endpoint
            learn(result, now);
        }
        long interval = config.interval().toNanos();
        long pause = interval - interval / 10 + randomBelow.applyAsLong(interval / 5 + 1);
        next = loop.after(Math.max(began + pause - now, 0), this::ask);
    }

    private void learn(Probe.Result result, long now) {
        Checkup before = endpoint.standing().checkup();
        Checkup after = before.with(result.good(), result.what(), config, now);
        endpoint.standing().checkup(after);
        if (after.healthy() != before.healthy()) {
            turned.accept(endpoint, after);
        }
    }

    void stop() {
        stopped = true;
        if (next != null) {
            next.cancel();
            next = null;
        }
        if (probe != null) {
            probe.abandon();
            probe = null;
        }
    }
}
