package io.outrigger.proxy.health;

import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import io.outrigger.metrics.SharedCounter;
import io.outrigger.proxy.balance.Ejection;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.balance.UsableEndpoints;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows the endpoints of upstreams, and how often they were taken out. Shared by all loops. */
public final class HealthMetrics {
    /** Besides the reasons of ejections. */
    static final String HEALTH_CHECK = "health_check";

    private static final int MOST = 256; // endpoints of an upstream that have series of their own
    private static final String OTHER = "other";

    private final Family<Reading> healthy;
    private final Family<SharedCounter> ejections;
    private final Family<Reading> panic;
    private final Family<Reading> panics;
    private final LongSupplier nanoTime;
    private final Map<String, Set<String>> shown = new HashMap<>(); // endpoints by upstream; guarded by this

    public HealthMetrics(Metrics metrics, LongSupplier nanoTime) {
        healthy = metrics.gauges(
                "outrigger_endpoint_healthy",
                "1 for an endpoint that attempts may go to; 0 when it is ejected or its checks found it ill.",
                "upstream",
                "endpoint");
        ejections = metrics.sharedCounters(
                "outrigger_endpoint_ejections_total",
                "How often an endpoint was taken out, by what it was found by.",
                "upstream",
                "endpoint",
                "reason");
        panic = metrics.gauges(
                "outrigger_panic",
                "1 while all endpoints are used because fewer than panicThreshold are well, else 0.",
                "upstream");
        panics = metrics.readCounters(
                "outrigger_panics_total",
                "How often all endpoints came to be used because fewer than panicThreshold were well.",
                "upstream");
        this.nanoTime = nanoTime;
    }

    void ejected(String upstream, Endpoint endpoint, String reason) {
        String label = label(upstream, endpoint);
        if (label != null) {
            ejections.with(upstream, label, reason).increment();
        }
    }

    /** Null where the upstream is gone, though requests of before are still under way. */
    private synchronized @Nullable String label(String upstream, Endpoint endpoint) {
        Set<String> names = shown.get(upstream);
        if (names == null) {
            return null;
        }
        return names.contains(endpoint.name()) ? endpoint.name() : OTHER;
    }

    /** Shows the endpoints that an upstream has now; to be called whenever they have changed. */
    public synchronized void show(String upstream, EndpointSet set, UsableEndpoints usable) {
        Endpoint[] current = set.current();
        Set<String> before = shown.getOrDefault(upstream, Set.of());
        Set<String> names = new LinkedHashSet<>();
        for (Endpoint endpoint : current) { // who has a series keeps it
            if (before.contains(endpoint.name())) {
                names.add(endpoint.name());
            }
        }
        for (Endpoint endpoint : current) {
            if (names.size() < MOST) {
                names.add(endpoint.name());
            }
        }
        shown.put(upstream, names);
        Set<Endpoint> rest = new HashSet<>();
        for (Endpoint endpoint : current) {
            if (names.contains(endpoint.name())) {
                healthy.put(new Reading(() -> well(endpoint, usable)), upstream, endpoint.name());
            } else {
                rest.add(endpoint);
            }
        }
        if (!rest.isEmpty()) {
            healthy.put(
                    new Reading(() -> rest.stream().allMatch(one -> well(one, usable) == 1) ? 1 : 0), upstream, OTHER);
        }
        beginAtZero(upstream, names, usable.rules());
        if (!rest.isEmpty()) {
            beginAtZero(upstream, Set.of(OTHER), usable.rules());
        }
        panic.put(new Reading(() -> usable.at(nanoTime.getAsLong()).panic() ? 1 : 0), upstream);
        panics.put(new Reading(usable::panics), upstream);
        retire(upstream, names, rest.isEmpty());
    }

    /** What has not happened yet is there with 0: of a series that begins with 1 nobody sees the increase. */
    private void beginAtZero(String upstream, Set<String> names, UsableEndpoints.Rules rules) {
        for (String name : names) {
            if (rules.checks()) {
                ejections.with(upstream, name, HEALTH_CHECK);
            }
            if (rules.ejections()) {
                for (Ejection.Reason reason : Ejection.Reason.values()) {
                    ejections.with(upstream, name, reason.label());
                }
            }
        }
    }

    private int well(Endpoint endpoint, UsableEndpoints usable) {
        return usable.well(endpoint, nanoTime.getAsLong()) ? 1 : 0;
    }

    private void retire(String upstream, Set<String> names, boolean all) {
        for (Family<?> family : new Family<?>[] {healthy, ejections}) {
            family.retire(labels -> labels.getFirst().equals(upstream)
                    && !names.contains(labels.get(1))
                    && (all || !labels.get(1).equals(OTHER)));
        }
    }

    /** Forgets other upstreams than these. */
    public synchronized void retain(Set<String> upstreams) {
        shown.keySet().retainAll(upstreams);
        for (Family<?> family : new Family<?>[] {healthy, ejections, panic, panics}) {
            family.retire(labels -> !upstreams.contains(labels.getFirst()));
        }
    }
}
