package io.outrigger.proxy.store;

import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.StoreConfig;
import io.outrigger.filter.idempotency.Digest;
import io.outrigger.filter.idempotency.KeyStore;
import io.outrigger.filter.ratelimit.SharedBuckets;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.tls.FileWatch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The stores of a configuration, with the connections of the snapshot before it where they lead to the same place.
 * Confined to the reload thread.
 */
public final class Stores {
    private final Map<String, RedisLink> links = new HashMap<>();
    private final Map<String, KeyStore> keyStores = new HashMap<>();
    private final String service;

    public Stores(OutriggerConfig config, Kept kept, FileWatch watch) {
        this.service = named(config.service());
        for (StoreConfig store : config.stores().values()) {
            String name = store.name();
            links.put(
                    name,
                    kept.claim(name, RedisLink.class, store.redis(), () -> new RedisLink(name, store.redis(), watch)));
        }
    }

    /** Where the keys of all routes with that store are. */
    public KeyStore keys(String store) {
        return keyStores.computeIfAbsent(store, name -> new RedisKeyStore(service, link(name)));
    }

    /** Where the buckets of all routes with that store are. */
    public SharedBuckets buckets(String store) {
        return new RedisBuckets(service, link(store));
    }

    /** Shows these in the metrics; to be called when they are in force. */
    public void show(StoreMetrics metrics) {
        metrics.show(links);
    }

    /** Ends all of them, with the process. */
    public void close() {
        links.values().forEach(RedisLink::end);
    }

    private RedisLink link(String store) {
        return Objects.requireNonNull(links.get(store), store);
    }

    /** As a part of names in Redis: a hash where it has characters that mean something there. */
    private static String named(String service) {
        if (service.matches("[A-Za-z0-9._-]{1,64}")) {
            return service;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(service.getBytes(StandardCharsets.UTF_8));
            return Digest.of(hash).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
