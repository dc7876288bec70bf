package io.outrigger.filter.observe;

import io.outrigger.exchange.Failure;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.LoopGauge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of the connections to one upstream. Each call names the loop that owns the connection and is made
 * on it. Shared by all loops.
 */
public final class UpstreamMeters {
    /** Why no connection can be made, mostly: counted from 0 on, or nobody would see the increase to the first one. */
    private static final List<Failure.Kind> USUAL =
            List.of(Failure.Kind.CONNECT_REFUSED, Failure.Kind.CONNECT_TIMEOUT, Failure.Kind.TLS_PROTOCOL);

    private final Meters meters;
    private final String upstream;
    private final ConnectionMeters side;
    private final LoopGauge idle;
    private final LoopGauge active;
    private final Counter connected;
    private final @Nullable Counter[] refused = new Counter[Failure.Kind.values().length];

    UpstreamMeters(Meters meters, String upstream) {
        this.meters = meters;
        this.upstream = upstream;
        this.side = meters.upstreamConnections();
        this.idle = meters.pool(upstream, "idle");
        this.active = meters.pool(upstream, "active");
        this.connected = meters.connects(upstream, "success");
        for (Failure.Kind usual : USUAL) {
            refused[usual.ordinal()] = meters.connects(upstream, usual.cause());
        }
    }

    /** A new connection is there, and in use. */
    public void connected(int loop) {
        connected.increment(loop);
        side.opened(loop);
        active.increment(loop);
    }

    /** No new connection, for this reason. */
    public void connectFailed(int loop, Failure.Kind why) {
        Counter one = refused[why.ordinal()];
        if (one == null) {
            one = refused[why.ordinal()] = meters.connects(this, upstream, why);
        }
        one.increment(loop);
    }

    /** A connection in use has become idle. */
    public void released(int loop) {
        active.decrement(loop);
        idle.increment(loop);
    }

    /** An idle connection is in use again. */
    public void taken(int loop) {
        idle.decrement(loop);
        active.increment(loop);
    }

    /** A connection in use is gone. */
    public void closedActive(int loop) {
        active.decrement(loop);
        side.closed(loop);
    }

    /** An idle connection is gone. */
    public void closedIdle(int loop) {
        idle.decrement(loop);
        side.closed(loop);
    }
}
