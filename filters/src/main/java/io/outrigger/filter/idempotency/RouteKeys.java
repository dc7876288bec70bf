package io.outrigger.filter.idempotency;

import io.outrigger.exchange.Loop;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The keys of one route, for operators. Immutable; the store is shared by all loops.
 *
 * @param storeName the label {@code store}
 * @param table what the store inside the process holds; empty for one that is elsewhere
 */
public record RouteKeys(String route, String storeName, KeyStore store, Optional<KeyTable> table) {
    /** Whether that is a key, as a header would carry it, or without the quotes. */
    public static boolean isKey(String key) {
        return KeyText.named(key) != null;
    }

    /** Shows what is known of a key; to be called on the loop, where it is told, too. */
    public void look(String key, Loop loop, Consumer<? super Seen> then) {
        store.look(place(key), loop, then);
    }

    /** Frees a key where it is unknown, and shows what it was before; likewise. */
    public void release(String key, Loop loop, Consumer<? super Seen> then) {
        store.release(place(key), loop, then);
    }

    /** Where the store has a key, whoever uses it. */
    public Digest place(String key) {
        String parsed = KeyText.named(key);
        if (parsed == null) {
            throw new IllegalArgumentException("key: " + key + " (expected: one)");
        }
        return Hashing.place(store.digests(), route.getBytes(StandardCharsets.UTF_8), parsed);
    }
}
