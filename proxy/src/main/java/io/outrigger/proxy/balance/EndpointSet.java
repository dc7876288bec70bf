package io.outrigger.proxy.balance;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The endpoints that an upstream has now. An address that stays keeps its {@link Endpoint}, and with it its pools and
 * counts. Shared by all loops.
 */
public final class EndpointSet {
    private final List<Consumer<? super Endpoint>> removalListeners = new ArrayList<>(); // guarded by this
    private final List<Runnable> changeListeners = new ArrayList<>(); // guarded by this
    private volatile Endpoint[] current = {};

    /** In a stable order. The array is never changed, and another one takes its place when anything changes. */
    public Endpoint[] current() {
        return current;
    }

    /**
     * Puts these in the place of the present ones; of several with one address the first counts.
     *
     * @return whether anything changed
     */
    public synchronized boolean replace(List<Endpoint> next) {
        Map<SocketAddress, Endpoint> gone = byAddress(List.of(current));
        List<Endpoint> kept = new ArrayList<>(next.size());
        boolean changed = false;
        for (Endpoint wanted : byAddress(next).values()) {
            Endpoint known = gone.remove(wanted.address());
            if (known != null) {
                changed |= known.adopt(wanted);
            }
            kept.add(known != null ? known : wanted);
        }
        if (!changed && kept.equals(List.of(current))) {
            return false;
        }
        current = kept.toArray(Endpoint[]::new);
        for (Endpoint removed : gone.values()) {
            removed.remove();
            for (Consumer<? super Endpoint> listener : List.copyOf(removalListeners)) {
                listener.accept(removed);
            }
        }
        List.copyOf(changeListeners).forEach(Runnable::run);
        return true;
    }

    /** Puts another array of the same endpoints there, because one of them can be used no more, or again. */
    public synchronized void renew() {
        current = current.clone();
    }

    /**
     * Tells after each {@link #replace} that changed anything, on any thread.
     *
     * @return ends the telling
     */
    public synchronized Runnable onChanged(Runnable listener) {
        changeListeners.add(listener);
        return () -> ignore(listener);
    }

    private synchronized void ignore(Runnable listener) {
        changeListeners.remove(listener);
    }

    /**
     * Tells of each endpoint that is removed from now on, after it has left {@link #current}, on any thread.
     *
     * @return ends the telling
     */
    public synchronized Runnable onRemoved(Consumer<? super Endpoint> listener) {
        removalListeners.add(listener);
        return () -> forget(listener);
    }

    private synchronized void forget(Consumer<? super Endpoint> listener) {
        removalListeners.remove(listener);
    }

    private static Map<SocketAddress, Endpoint> byAddress(List<Endpoint> endpoints) {
        Map<SocketAddress, Endpoint> all = LinkedHashMap.newLinkedHashMap(endpoints.size());
        endpoints.forEach(endpoint -> all.putIfAbsent(endpoint.address(), endpoint));
        return all;
    }
}
