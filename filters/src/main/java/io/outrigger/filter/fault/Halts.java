package io.outrigger.filter.fault;

import io.outrigger.config.HaltConfig;
import io.outrigger.filter.fault.Experiment.End;
import io.outrigger.filter.fault.Experiment.Reason;
import org.jspecify.annotations.Nullable;

/** Decides by how a route stands whether an experiment has to end. Immutable. */
final class Halts {
    private Halts() {}

    /**
     * Null when it may go on.
     *
     * @param openedBefore how often circuits had opened when it began
     */
    static @Nullable Reason of(HaltConfig halt, RouteSight route, long openedBefore) {
        if (halt.burnRate().isPresent()) {
            double most = halt.burnRate().get();
            if (route.burnRate().isEmpty()) {
                return new Reason(End.UNWATCHED, "burnRate: the route has no slo any more");
            }
            double rate = route.burnRate().getAsDouble();
            if (rate >= most) {
                return new Reason(
                        End.BURN_RATE,
                        "burn rate " + Math.rint(rate * 10) / 10 + " (expected: less than " + most + ")");
            }
        }
        if (halt.circuitOpen()) {
            if (route.circuitOpen().isEmpty()) {
                return new Reason(End.UNWATCHED, "circuitOpen: the route has no circuitBreaker any more");
            }
            if (route.circuitOpen().get() || route.opened() > openedBefore) {
                return new Reason(End.CIRCUIT_OPEN, "a circuit is open");
            }
        }
        return route.budgetSpent() ? new Reason(End.BUDGET_SPENT, "nothing of the error budget is left") : null;
    }
}
