package io.outrigger.proxy.store;

import io.outrigger.exchange.Loop;
import io.outrigger.filter.idempotency.KeyId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for keys that others own. While somebody waits for a key, its lease is asked for now and then, once for
 * all who wait in this process: soon at first, then every tenth of a second. What is finished in this process is told at
 * once. Shared by all loops.
 */
final class KeyWatches {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LAST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Tells how long a lease lasts, in milliseconds. */
    interface Lease {
        void left(long millis);
    }

    /** Asks for the lease of a key, and tells on that loop. */
    interface Leases {
        void ask(KeyId id, Loop loop, Lease then);
    }

    private final Leases leases;
    private final Map<KeyId, SequencedSet<Watch>> watched = new HashMap<>(); // guarded by this

    KeyWatches(Leases leases) {
        this.leases = leases;
    }

    /** The same as {@code KeyStore.watch}. */
    Loop.Timer watch(KeyId id, Loop loop, Runnable then) {
        Watch watch = new Watch(id, loop, then);
        boolean first;
        synchronized (this) {
            SequencedSet<Watch> all = watched.computeIfAbsent(id, _ -> new LinkedHashSet<>());
            first = all.isEmpty();
            all.add(watch);
        }
        if (first) {
            poll(id, loop, FIRST_NANOS);
        }
        return watch;
    }

    /** The owner of a key is done, or its lease has ended. */
    void over(KeyId id) {
        List<Watch> told;
        synchronized (this) {
            SequencedSet<Watch> all = watched.remove(id);
            told = all == null ? List.of() : List.copyOf(all);
        }
        told.forEach(watch -> watch.loop.execute(watch::tell));
    }

    private void poll(KeyId id, Loop loop, long pauseNanos) {
        leases.ask(id, loop, millis -> {
            if (millis <= 0) {
                over(id);
            } else if (isWatched(id)) {
                long pause = Math.min(pauseNanos, TimeUnit.MILLISECONDS.toNanos(millis + 1));
                loop.after(pause, () -> poll(id, loop, Math.min(pauseNanos * 3 / 2, LAST_NANOS)));
            }
        });
    }

    private synchronized boolean isWatched(KeyId id) {
        return watched.containsKey(id);
    }

    private synchronized void remove(Watch watch) {
        SequencedSet<Watch> all = watched.get(watch.id);
        if (all != null) {
            all.remove(watch);
            if (all.isEmpty()) {
                watched.remove(watch.id);
            }
        }
    }

    /** One who waits. Confined to one loop, but for its place among the others. */
    private final class Watch implements Loop.Timer {
        private final KeyId id;
        private final Loop loop;
        private @Nullable Runnable then; // null once told or called off

        Watch(KeyId id, Loop loop, Runnable then) {
            this.id = id;
            this.loop = loop;
            this.then = then;
        }

        void tell() {
            Runnable told = then;
            then = null;
            if (told != null) {
                told.run();
            }
        }

        @Override
        public void cancel() {
            then = null;
            remove(this);
        }
    }
}
