package io.outrigger.filter.fault;

import io.outrigger.metrics.Counter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What experiments inject, by route, and what counts all that is injected: the same route has the same, whatever
 * snapshot is in force. Shared by all loops.
 */
public final class LiveFaults {
    private final FaultMetrics metrics;
    private final Map<String, RouteFaults> byRoute = new ConcurrentHashMap<>();

    public LiveFaults(FaultMetrics metrics) {
        this.metrics = metrics;
    }

    public RouteFaults of(String route) {
        return byRoute.computeIfAbsent(route, _ -> new RouteFaults());
    }

    /** Counts what the file injects into a route: shows 0 from now on. */
    public Counter ofFile(String route) {
        return metrics.ofFile(route);
    }

    FaultMetrics metrics() {
        return metrics;
    }

    /**
     * Forgets other routes than these; their experiments end.
     *
     * @param ofFile those that the file injects something into
     */
    public void retain(Set<String> routes, Set<String> ofFile) {
        metrics.retain(ofFile);
        byRoute.entrySet().removeIf(entry -> {
            boolean gone = !routes.contains(entry.getKey());
            if (gone) {
                entry.getValue().leave();
            }
            return gone;
        });
    }
}
