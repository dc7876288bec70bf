package io.outrigger.proxy;

import io.outrigger.filter.circuitbreaker.Phase;
import io.outrigger.filter.circuitbreaker.RouteCircuits;
import io.outrigger.filter.fault.RouteSight;
import io.outrigger.filter.slo.Slo;
import io.outrigger.filter.slo.SloWindow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** How the routes of the snapshot in force stand, as far as experiments go by it. Immutable; asks what is shared by all loops. */
record RouteSights(Current current, LongSupplier nanoTime) implements Function<String, Optional<RouteSight>> {
    @Override
    public Optional<RouteSight> apply(String route) {
        Active active = current.get();
        boolean there =
                active.snapshot().routes().stream().anyMatch(one -> one.name().equals(route));
        return there ? Optional.of(sight(active, route)) : Optional.empty();
    }

    private RouteSight sight(Active active, String route) {
        Slo slo = active.slos().get(route);
        List<Slo.Sli> slis = slo == null ? List.of() : slo.slis();
        OptionalDouble burnRate = slis.stream()
                .mapToDouble(sli -> sli.burnRates().getOrDefault(SloWindow.FIVE_MINUTES, 0.0))
                .max();
        boolean spent = slis.stream().anyMatch(sli -> sli.state() == Slo.State.EXHAUSTED);
        Optional<RouteCircuits> circuits = Optional.ofNullable(active.circuits().get(route));
        long now = nanoTime.getAsLong();
        return new RouteSight(
                burnRate,
                spent,
                circuits.map(all -> all.reports(now).stream().anyMatch(one -> one.phase() != Phase.CLOSED)),
                circuits.map(all -> all.transitionsTo(Phase.OPEN)).orElse(0L));
    }
}
