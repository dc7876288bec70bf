package io.outrigger.filter.fault;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import java.util.Set;

/** Counts the attempts that got faults, by who had them injected. Shared by all loops. */
public final class FaultMetrics {
    private final Family<Counter> injected;

    public FaultMetrics(Metrics metrics) {
        injected = metrics.counters(
                "outrigger_faults_injected_total",
                "Attempts that got faults on purpose, by the experiment, or (file) for the configuration's own.",
                "route",
                "experiment");
    }

    /** What the file injects into a route: 0 from now on. */
    public Counter ofFile(String route) {
        return injected.with(route, Injection.OF_FILE);
    }

    /** What an experiment injects, which begins at 0, also where there was one of that name before. */
    Counter ofExperiment(String route, String experiment) {
        forget(experiment);
        return injected.with(route, experiment);
    }

    /** Forgets an experiment. */
    void forget(String experiment) {
        injected.retire(labels -> labels.get(1).equals(experiment));
    }

    /** Forgets what files injected into other routes than these. */
    public void retain(Set<String> routes) {
        injected.retire(labels -> labels.get(1).equals(Injection.OF_FILE) && !routes.contains(labels.getFirst()));
    }
}
