package io.outrigger.filter.observe;

import io.outrigger.metrics.LoopGauge;

/** How many connections one side of the proxy has. Shared by all loops. */
public final class ConnectionMeters {
    private final LoopGauge open;

    ConnectionMeters(LoopGauge open) {
        this.open = open;
    }

    /** To be called on the connection's loop, of that index. */
    public void opened(int loop) {
        open.increment(loop);
    }

    /** To be called on the connection's loop, of that index. */
    public void closed(int loop) {
        open.decrement(loop);
    }
}
