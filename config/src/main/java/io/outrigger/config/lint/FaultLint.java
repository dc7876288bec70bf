package io.outrigger.config.lint;

import io.outrigger.config.Fault;
import io.outrigger.config.FaultConfig;
import io.outrigger.config.PoliciesConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.TimeoutConfig;
import io.outrigger.config.key.Durations;
import java.time.Duration;
import java.util.Optional;

/** Holds the faults of a route against the rest of it. Confined to the thread that asks. */
final class FaultLint {
    private final Findings findings;

    FaultLint(Findings findings) {
        this.findings = findings;
    }

    /** @param at where the route stands in the file */
    void check(String at, RouteConfig route) {
        route.fault().ifPresent(fault -> check(at, fault, route.policies()));
    }

    /** Who promises something means it: such a file looks like one for production. */
    private void check(String at, FaultConfig fault, PoliciesConfig policies) {
        if (policies.slo().isPresent()) {
            findings.add(
                    at,
                    fault.words() + " for " + fault.percentage() + " of the attempts of a route with a slo (expected:"
                            + " none in production; it is meant for test environments, and uses up the error budget)",
                    "fault");
        }
        Optional<TimeoutConfig> timeout = policies.timeout();
        if (timeout.isEmpty() && fault.instead().equals(Optional.of(Fault.Plain.BLACKHOLE))) {
            findings.add(at, "blackhole without timeout (expected: a timeout; nothing else ends it)", "fault.fault");
        }
        fault.latency()
                .ifPresent(late -> timeout.ifPresent(limits -> {
                    boolean each = limits.attempt().isPresent();
                    Duration limit = limits.attempt().orElse(limits.request());
                    if (late.latency().compareTo(limit) >= 0) {
                        String key = each ? "timeout.attempt" : "timeout.request";
                        findings.add(
                                at,
                                late.words() + " (expected: less than " + key + ", " + Durations.format(limit)
                                        + "; it is over by then, as with blackhole)",
                                "fault.fault",
                                key);
                    }
                }));
    }
}
