package io.outrigger.filter.circuitbreaker;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.util.Set;
import java.util.function.LongSupplier;

/** Shows the circuits of each route. Shared by all loops. */
public final class CircuitMetrics {
    private final Family<Reading> states;
    private final Family<Reading> transitions;
    private final Family<Counter> refused;

    public CircuitMetrics(Metrics metrics) {
        states = metrics.gauges(
                "outrigger_circuit_state", "1 for the state that the circuit is in, else 0.", "route", "state");
        transitions = metrics.readCounters(
                "outrigger_circuit_transitions_total", "How often the circuit has become so.", "route", "to");
        refused =
                metrics.counters("outrigger_circuit_refused_total", "Calls that an open circuit has refused.", "route");
    }

    /** What answers the refused calls of a route. */
    public Refusals refusals(String route) {
        return new Refusals("route " + route, refused.with(route));
    }

    /** Shows these circuits as those of the route. */
    public void show(String route, RouteCircuits circuits, LongSupplier nanoTime) {
        for (Phase phase : Phase.values()) {
            states.put(new Reading(() -> circuits.phase(nanoTime.getAsLong()) == phase ? 1 : 0), route, phase.label());
            transitions.put(new Reading(() -> circuits.transitionsTo(phase)), route, phase.label());
        }
    }

    /** Forgets other routes than these, which have circuits. */
    public void retain(Set<String> routes) {
        states.retire(labels -> !routes.contains(labels.getFirst()));
        transitions.retire(labels -> !routes.contains(labels.getFirst()));
        refused.retire(labels -> !routes.contains(labels.getFirst()));
    }
}
