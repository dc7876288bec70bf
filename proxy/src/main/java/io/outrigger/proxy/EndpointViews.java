package io.outrigger.proxy;

import io.outrigger.admin.UpstreamView.CheckView;
import io.outrigger.admin.UpstreamView.EjectionView;
import io.outrigger.admin.UpstreamView.EndpointView;
import io.outrigger.proxy.balance.Checkup;
import io.outrigger.proxy.balance.Ejection;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.UsableEndpoints;
import io.outrigger.proxy.upstream.Upstream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Tells operators how the endpoints of an upstream are at one moment. Immutable. */
record EndpointViews(Upstream upstream, long now, Instant wallClock) {
    List<EndpointView> all() {
        return Arrays.stream(upstream.endpoints().current()).map(this::one).toList();
    }

    private EndpointView one(Endpoint endpoint) {
        UsableEndpoints usable = upstream.usable();
        return new EndpointView(
                endpoint.name(),
                endpoint.authority(),
                endpoint.weight(),
                endpoint.inFlight(),
                usable.well(endpoint, now),
                usable.rules().ejections() ? ejection(endpoint) : Optional.empty(),
                usable.rules().checks() ? Optional.of(check(endpoint.standing().checkup())) : Optional.empty());
    }

    private Optional<EjectionView> ejection(Endpoint endpoint) {
        Ejection last = endpoint.standing().ejection();
        return last == null || last.over(now)
                ? Optional.empty()
                : Optional.of(new EjectionView(last.reason().label(), at(last.untilNanos()), last.times()));
    }

    private CheckView check(Checkup checkup) {
        Optional<Instant> at = checkup.last().isEmpty() ? Optional.empty() : Optional.of(at(checkup.lastNanos()));
        return new CheckView(checkup.healthy(), checkup.last(), at, checkup.row());
    }

    private Instant at(long nanos) {
        return wallClock.plusNanos(nanos - now);
    }
}
