package io.outrigger.proxy.route;

import io.outrigger.config.FaultConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.filter.fault.FaultFilter;
import io.outrigger.filter.fault.HitsUnderWay;
import io.outrigger.filter.fault.Injection;
import io.outrigger.filter.fault.LiveFaults;
import io.outrigger.filter.observe.AttemptMeters;
import io.outrigger.filter.observe.Meters;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/** Makes the filters that inject faults. Confined to the reload thread. */
public final class Faults {
    private final Kept kept;
    private final LiveFaults live;
    private final boolean experiments;
    private final Meters meters;
    private final LongUnaryOperator randomBelow;
    private final Map<String, Injection> ofFile = new HashMap<>(); // by route: its upstreams have one together

    /** @param experiments whether there may be any; where nobody can begin one, routes without faults have no filter */
    public Faults(Kept kept, LiveFaults live, boolean experiments, Meters meters, LongUnaryOperator randomBelow) {
        this.kept = kept;
        this.live = live;
        this.experiments = experiments;
        this.meters = meters;
        this.randomBelow = randomBelow;
    }

    private Injection injection(String route, FaultConfig config) {
        HitsUnderWay underWay = kept.claim(route, HitsUnderWay.class, "", HitsUnderWay::new);
        return Injection.ofFile(config, new FaultMatcher(config.match()), live.ofFile(route), underWay);
    }

    /** For the attempts of a route at an upstream; empty where nothing can ever be injected into them. */
    Optional<FaultFilter> filter(RouteConfig route, String upstream) {
        if (!experiments && route.fault().isEmpty()) {
            return Optional.empty();
        }
        Injection injection = route.fault()
                .map(config -> ofFile.computeIfAbsent(route.name(), name -> injection(name, config)))
                .orElse(null);
        AttemptMeters attempts = meters.attempts(route.name(), upstream);
        return Optional.of(new FaultFilter(
                live.of(route.name()),
                injection,
                upstream,
                RouteChain.idle(route),
                (exchange, attempt) -> attempts.ended(exchange.loop().index(), attempt, exchange.identity()),
                randomBelow));
    }
}
