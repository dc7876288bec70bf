package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;
import java.time.Duration;
import java.util.List;

/** All circuits that a route's requests may meet, as one. Immutable; the circuits are shared by all loops. */
public record RouteCircuits(CircuitBreakerConfig config, List<CircuitGroup> groups) {
    public RouteCircuits {
        groups = List.copyOf(groups);
    }

    /** What the route does with calls: it lets them through while one circuit does. */
    public Phase phase(long now) {
        boolean some = false;
        boolean tries = false;
        for (CircuitGroup group : groups) {
            for (CircuitBreaker circuit : group.circuits()) {
                switch (circuit.phase(now)) {
                    case CLOSED -> {
                        return Phase.CLOSED;
                    }
                    case HALF_OPEN -> tries = true;
                    case OPEN -> {}
                }
                some = true;
            }
        }
        if (!some) {
            return Phase.CLOSED; // nobody has come yet
        }
        return tries ? Phase.HALF_OPEN : Phase.OPEN;
    }

    public long transitionsTo(Phase phase) {
        return groups.stream().mapToLong(group -> group.transitions().to(phase)).sum();
    }

    public void force(boolean open, Duration time, long now) {
        groups.forEach(group -> group.force(open, time, now));
    }

    public void release(long now) {
        groups.forEach(group -> group.release(config, now));
    }

    public List<CircuitReport> reports(long now) {
        return groups.stream()
                .flatMap(group -> group.circuits().stream())
                .map(circuit -> circuit.report(now))
                .toList();
    }
}
