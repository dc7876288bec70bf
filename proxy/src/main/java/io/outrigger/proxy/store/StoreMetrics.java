package io.outrigger.proxy.store;

import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.Map;

/** Shows which stores can be asked. Shared by all loops. */
public final class StoreMetrics {
    private final Family<Reading> connected;

    public StoreMetrics(Metrics metrics) {
        connected = metrics.gauges("outrigger_store_connected", "Whether a store can be asked.", "store");
    }

    /** Shows these, and no others. */
    void show(Map<String, RedisLink> links) {
        links.forEach((name, link) -> connected.put(new Reading(() -> link.isConnected() ? 1 : 0), name));
        connected.retire(labels -> !links.containsKey(labels.getFirst()));
    }
}
