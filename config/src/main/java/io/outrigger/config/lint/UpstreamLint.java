package io.outrigger.config.lint;

import io.outrigger.config.Address;
import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.EndpointConfig;
import io.outrigger.config.HealthCheckConfig;
import io.outrigger.config.OutlierDetectionConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.Share;
import io.outrigger.config.UpstreamConfig;
import io.outrigger.config.key.Durations;
import java.time.Duration;

/** Holds what an upstream says of its health against itself. Confined to the thread that asks. */
final class UpstreamLint {
    private static final Share ALL = new Share(100);

    private final Findings findings;
    private final OutriggerConfig config;

    UpstreamLint(Findings findings, OutriggerConfig config) {
        this.findings = findings;
        this.config = config;
    }

    void check() {
        config.upstreams().forEach((name, upstream) -> check("upstreams." + name, upstream));
    }

    private void check(String at, UpstreamConfig upstream) {
        upstream.healthCheck().ifPresent(checks -> late(at + ".healthCheck.timeout", checks));
        upstream.outlierDetection().ifPresent(outliers -> {
            alone(at + ".outlierDetection", upstream);
            capped(at + ".outlierDetection.baseEjection", outliers);
            if (upstream.failover().isEmpty()) {
                tooMany(at + ".outlierDetection", outliers, upstream);
            }
        });
        if (!upstream.failover().isEmpty()) {
            never(at + ".failover", upstream);
        }
    }

    private void late(String at, HealthCheckConfig checks) {
        if (checks.timeout().compareTo(checks.interval()) > 0) {
            findings.add(
                    at,
                    "timeout " + Durations.format(checks.timeout()) + " (expected: at most interval, "
                            + Durations.format(checks.interval()) + "; the next check waits for the answer)");
        }
    }

    private void capped(String at, OutlierDetectionConfig outliers) {
        Duration base = outliers.baseEjection();
        Duration most = outliers.maxEjection();
        if (base.compareTo(most) > 0) {
            findings.add(at, Findings.aboveCap("baseEjection", base, "maxEjection", most));
        }
    }

    private void alone(String at, UpstreamConfig upstream) {
        if (upstream.endpoints().size() == 1 && isOne(upstream.endpoints().getFirst())) {
            findings.add(at, "one endpoint (expected: two or more; there is nobody to hold it against)");
        }
    }

    private void tooMany(String at, OutlierDetectionConfig outliers, UpstreamConfig upstream) {
        Share panic = upstream.panicThreshold();
        int count = upstream.endpoints().size();
        if (count > 1 && upstream.endpoints().stream().allMatch(UpstreamLint::isOne)) {
            int most = Math.max(1, (int) (count * outliers.maxEjected().percent() / 100));
            if (100 * (count - most) < panic.percent() * count) {
                findings.add(
                        at,
                        most + " of " + count + " endpoints may be ejected (expected: to leave panicThreshold, " + panic
                                + "; with fewer all are used)");
            }
        } else if (leavesTooFew(outliers, upstream)) {
            findings.add(
                    at + ".maxEjected",
                    "maxEjected " + outliers.maxEjected() + " (expected: at most " + new Share(100 - panic.percent())
                            + ", which panicThreshold " + panic + " leaves; when more are ejected all are used)");
        }
    }

    private static boolean leavesTooFew(OutlierDetectionConfig outliers, UpstreamConfig upstream) {
        return outliers.maxEjected().percent() > 100 - upstream.panicThreshold().percent();
    }

    /** While enough endpoints are left nobody stands in, and outlier detection alone leaves some. */
    private void never(String at, UpstreamConfig upstream) {
        boolean everyoneCanGo = upstream.healthCheck().isPresent()
                || upstream.outlierDetection()
                        .filter(outliers -> outliers.maxEjected().equals(ALL) || leavesTooFew(outliers, upstream))
                        .isPresent()
                || !upstream.endpoints().stream().allMatch(UpstreamLint::isOne)
                || config.routes().stream()
                        .flatMap(route -> route.policies().circuitBreaker().stream())
                        .anyMatch(circuit -> circuit.scope() == CircuitBreakerConfig.Scope.ENDPOINT);
        if (!everyoneCanGo) {
            findings.add(
                    at,
                    "an endpoint is always usable (expected: healthCheck, by which none may be; else these upstreams"
                            + " are never tried)");
        }
    }

    /** Whether it is one endpoint for certain, and always there. */
    private static boolean isOne(EndpointConfig endpoint) {
        return !(endpoint.address() instanceof Address.Tcp tcp) || isLiteral(tcp.host());
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
    }
}
