package io.outrigger.proxy.balance;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.filter.circuitbreaker.Passage;
import io.outrigger.filter.circuitbreaker.Refusals;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Picks endpoints whose circuits let a call through: open ones are passed over. Immutable. */
public final class EndpointGuard {
    /** An endpoint, and the way through its circuit, which has to be followed. Immutable. */
    public record Picked(Endpoint endpoint, Passage passage) {}

    private final CircuitBreakerConfig config;
    private final EndpointCircuits circuits;
    private final Refusals refusals;

    /** The circuits outlive snapshots, the rest does not. */
    public EndpointGuard(CircuitBreakerConfig config, EndpointCircuits circuits, Refusals refusals) {
        this.config = config;
        this.circuits = circuits;
        this.refusals = refusals;
    }

    /**
     * Picks one of these, as the balancer would if only those were there that let the call through.
     *
     * @param tried is picked only when there is no other that does
     * @return null when none does
     */
    public @Nullable Picked pick(
            Balancer balancer,
            Request request,
            Endpoint[] among,
            Predicate<? super Endpoint> tried,
            Exchange exchange) {
        circuits.among(among);
        Endpoint first = balancer.pick(request, among, tried);
        Picked picked = enter(first, exchange);
        if (picked != null) {
            return picked;
        }
        long now = exchange.nanoTime();
        Predicate<Endpoint> closed = endpoint -> refuses(endpoint, now);
        Predicate<Endpoint> fresh = endpoint -> tried.test(endpoint) || refuses(endpoint, now);
        picked = enter(balancer.pick(request, among, fresh), exchange);
        if (picked == null) {
            picked = enter(balancer.pick(request, among, closed), exchange);
        }
        for (int i = 0; picked == null && i < among.length; i++) {
            picked = enter(among[i], exchange); // half-open ones may have been full, and another is not
        }
        return picked;
    }

    /** Whether a call would be refused for some time to come, whatever endpoint it wants. */
    public boolean refusesAll(Endpoint[] among, long now) {
        for (Endpoint endpoint : among) {
            if (!refuses(endpoint, now)) {
                return false;
            }
        }
        return among.length > 0;
    }

    /** Answers a call for which there was none. */
    public Reply refuse(Endpoint[] among, Exchange exchange) {
        long now = exchange.nanoTime();
        long soonest = Long.MAX_VALUE;
        for (Endpoint endpoint : among) {
            soonest = Math.min(soonest, circuits.of(endpoint, config, now).refusesForNanos(now));
        }
        return refusals.refuse(exchange, soonest);
    }

    private boolean refuses(Endpoint endpoint, long now) {
        return circuits.of(endpoint, config, now).refuses(now);
    }

    private @Nullable Picked enter(@Nullable Endpoint endpoint, Exchange exchange) {
        if (endpoint == null) {
            return null;
        }
        Passage passage = Passage.through(circuits.of(endpoint, config, exchange.nanoTime()), config, exchange);
        return passage == null ? null : new Picked(endpoint, passage);
    }
}
