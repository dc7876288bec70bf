package io.outrigger.config;

import java.util.Optional;

/** Which requests, where to, and under which policies, those of {@code defaults} filled in. Immutable. */
public record RouteConfig(
        String name,
        MatchConfig match,
        RouteTarget target,
        Optional<RewriteConfig> rewrite,
        PoliciesConfig policies,
        Optional<FaultConfig> fault) {

    public Optional<TimeoutConfig> timeout() {
        return policies.timeout();
    }

    public Optional<RetryConfig> retry() {
        return policies.retry();
    }
}
