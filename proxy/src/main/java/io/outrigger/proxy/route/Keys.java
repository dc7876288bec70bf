package io.outrigger.proxy.route;

import io.outrigger.config.IdempotencyConfig;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Filter;
import io.outrigger.filter.idempotency.IdempotencyFilter;
import io.outrigger.filter.idempotency.IdempotencyMetrics;
import io.outrigger.filter.idempotency.KeyStore;
import io.outrigger.filter.idempotency.KeyTable;
import io.outrigger.filter.idempotency.MemoryKeyStore;
import io.outrigger.filter.idempotency.RouteKeys;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;

/**
 * The idempotency keys of a configuration's routes: those that the snapshot before it knew, or none. Confined to the
 * reload thread.
 */
public final class Keys {
    private final Kept kept;
    private final IdempotencyMetrics metrics;
    private final Function<String, KeyStore> stores;
    private final BufferBudget buffers;
    private final BufferBudget heap;
    private final LongUnaryOperator randomBelow;
    private final Map<String, RouteKeys> byRoute = new LinkedHashMap<>();

    /**
     * @param stores those of the configuration, by their names
     * @param heap what all stores in memory may take together
     */
    public Keys(
            Kept kept,
            IdempotencyMetrics metrics,
            Function<String, KeyStore> stores,
            BufferBudget buffers,
            BufferBudget heap,
            LongUnaryOperator randomBelow) {
        this.kept = kept;
        this.metrics = metrics;
        this.stores = stores;
        this.buffers = buffers;
        this.heap = heap;
        this.randomBelow = randomBelow;
    }

    Filter filter(String route, IdempotencyConfig config) {
        RouteKeys keys = byRoute.computeIfAbsent(route, name -> make(name, config));
        return new IdempotencyFilter(
                route,
                config,
                keys.store(),
                buffers,
                metrics.route(route, config.store()),
                () -> 1 + randomBelow.applyAsLong(Long.MAX_VALUE - 1));
    }

    private RouteKeys make(String route, IdempotencyConfig config) {
        if (!config.store().equals(IdempotencyConfig.MEMORY_STORE)) {
            return new RouteKeys(route, config.store(), stores.apply(config.store()), Optional.empty());
        }
        KeyTable table = kept.claim(route, ActiveKeys.class, "", () -> new ActiveKeys(new KeyTable(heap)))
                .table();
        KeyStore store = new MemoryKeyStore(table, config.memory().maxBytes().bytes());
        return new RouteKeys(route, config.store(), store, Optional.of(table));
    }

    /** Of all routes that were asked for. */
    public Map<String, RouteKeys> byRoute() {
        return Map.copyOf(byRoute);
    }
}
