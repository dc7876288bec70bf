package io.outrigger.proxy.balance;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.filter.circuitbreaker.CircuitBreaker;
import io.outrigger.filter.circuitbreaker.CircuitGroup;
import io.outrigger.filter.circuitbreaker.Transitions;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A circuit for each endpoint that a route's requests may go to, made when the first one does. Shared by all loops. */
public final class EndpointCircuits implements CircuitGroup {
    /** What an operator wants of all of them. Immutable. */
    private record Order(boolean open, long untilNanos) {}

    private final String route;
    private final LongUnaryOperator randomBelow;
    private final Transitions transitions = new Transitions();
    private final Map<Endpoint, CircuitBreaker> circuits = new ConcurrentHashMap<>();
    private volatile Endpoint[] last = {}; // those of the last call
    private @Nullable Order order; // guarded by this; null when there is none

    /** @param randomBelow a number from 0 to below its argument; called on all loops */
    public EndpointCircuits(String route, LongUnaryOperator randomBelow) {
        this.route = route;
        this.randomBelow = randomBelow;
    }

    CircuitBreaker of(Endpoint endpoint, CircuitBreakerConfig config, long now) {
        CircuitBreaker circuit = circuits.get(endpoint);
        return circuit != null ? circuit : known(endpoint, config, now);
    }

    /** Under the lock, so that an order reaches it either here or there. */
    private synchronized CircuitBreaker known(Endpoint endpoint, CircuitBreakerConfig config, long now) {
        return circuits.computeIfAbsent(endpoint, one -> make(one, config, now));
    }

    private CircuitBreaker make(Endpoint endpoint, CircuitBreakerConfig config, long now) {
        String name = "route " + route + ", endpoint " + endpoint.name();
        CircuitBreaker circuit = new CircuitBreaker(name, transitions, randomBelow, config, now);
        Order wanted = order;
        if (wanted != null && now - wanted.untilNanos < 0) {
            circuit.force(wanted.open, Duration.ofNanos(wanted.untilNanos - now), now);
        }
        return circuit;
    }

    /** Forgets the circuits of endpoints that are gone, when the array is another one than the last time. */
    void among(Endpoint[] endpoints) {
        if (last != endpoints) {
            last = endpoints;
            circuits.keySet().removeIf(Endpoint::removed);
        }
    }

    @Override
    public Collection<CircuitBreaker> circuits() {
        return circuits.values();
    }

    @Override
    public Transitions transitions() {
        return transitions;
    }

    @Override
    public synchronized void force(boolean open, Duration time, long now) {
        order = new Order(open, now + time.toNanos());
        circuits.values().forEach(circuit -> circuit.force(open, time, now));
    }

    @Override
    public synchronized void release(CircuitBreakerConfig config, long now) {
        order = null;
        circuits.values().forEach(circuit -> circuit.release(config, now));
    }
}
