package io.outrigger.config.lint;

import io.outrigger.config.BackoffConfig;
import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.CircuitBreakerConfig.Window;
import io.outrigger.config.FallbackConfig;
import io.outrigger.config.FallbackConfig.Rung;
import io.outrigger.config.HedgeConfig;
import io.outrigger.config.IdempotencyConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.PoliciesConfig;
import io.outrigger.config.RetryConfig;
import io.outrigger.config.RetryConfig.Condition;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.Share;
import io.outrigger.config.SloConfig;
import io.outrigger.config.TimeoutConfig;
import io.outrigger.config.key.Durations;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Holds the policies of a route against each other. Confined to the thread that asks. */
final class PolicyLint {
    private static final Set<String> IDEMPOTENT =
            Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"); // RFC 9110 §9.2.2
    private static final Set<Condition> HARMLESS =
            EnumSet.of(Condition.NOT_SENT, Condition.REFUSED, Condition.STALE_CONNECTION); // and soon over
    private static final double PAGE_BURN = 14.4;
    private static final Share LEAST_OBJECTIVE = new Share(93.06); // 1 - 1/14.4

    private final Findings findings;
    private final OutriggerConfig config;

    PolicyLint(Findings findings, OutriggerConfig config) {
        this.findings = findings;
        this.config = config;
    }

    /** @param at where the route stands in the file */
    void check(String at, RouteConfig route) {
        PoliciesConfig policies = route.policies();
        Optional<Duration> request = policies.timeout().map(TimeoutConfig::request);
        Optional<Duration> attempt = policies.timeout().flatMap(TimeoutConfig::attempt);
        attempt.ifPresent(each -> request.filter(all -> each.compareTo(all) > 0)
                .ifPresent(all -> findings.add(
                        at,
                        "attempt " + text(each) + " (expected: at most timeout.request, " + text(all)
                                + "; it is over by then)",
                        "timeout.attempt",
                        "timeout.request")));
        policies.retry().ifPresent(retry -> {
            attempt.ifPresent(each -> request.ifPresent(all -> attempts(at, retry, each, all)));
            methods(at, retry, route);
            BackoffConfig backoff = retry.backoff();
            capped(at, "retry.backoff.", "base", backoff.base(), "max", backoff.max());
        });
        policies.circuitBreaker().ifPresent(circuit -> circuit(at, circuit, attempt));
        policies.hedge()
                .ifPresent(hedge ->
                        hedge(at, hedge, attempt.isPresent() ? "attempt" : "request", attempt.or(() -> request)));
        policies.slo().ifPresent(slo -> slo(at, slo));
        policies.fallback().ifPresent(fallback -> fallback(at, fallback, route));
        if (policies.priority().isPresent() && policies.concurrency().isEmpty()) {
            findings.add(
                    at, "priority without concurrency (expected: both; nothing is shed without a limit)", "priority");
        }
        request.ifPresent(all -> waits(at, route, all));
    }

    /** Attempts that only follow what never reached the upstream are soon over: they are not counted. */
    private void attempts(String at, RetryConfig retry, Duration attempt, Duration request) {
        if (retry.attempts() == 1
                || attempt.compareTo(request) > 0 // which is told already
                || HARMLESS.containsAll(retry.on()) && retry.statuses().isEmpty()) {
            return;
        }
        Duration all = attempt.multipliedBy(retry.attempts());
        for (int pause = 1; pause < retry.attempts(); pause++) {
            all = all.plus(longest(retry.backoff(), pause));
        }
        if (all.compareTo(request) > 0) {
            findings.add(
                    at,
                    retry.attempts() + " attempts of " + text(attempt) + " and the pauses between them may take "
                            + text(all) + " (expected: at most timeout.request, " + text(request) + ")",
                    "retry.attempts",
                    "timeout.attempt",
                    "timeout.request");
        }
    }

    /** Of the pauses before the second, third … attempt. */
    private static Duration longest(BackoffConfig backoff, int pause) {
        int base = backoff.jitter() == BackoffConfig.Jitter.DECORRELATED ? 3 : 2;
        int power = backoff.jitter() == BackoffConfig.Jitter.DECORRELATED ? pause : pause - 1;
        Duration longest = backoff.base();
        for (int i = 0; i < power && longest.compareTo(backoff.max()) < 0; i++) {
            longest = longest.multipliedBy(base);
        }
        return longest.compareTo(backoff.max()) < 0 ? longest : backoff.max();
    }

    private void methods(String at, RetryConfig retry, RouteConfig route) {
        if (HARMLESS.containsAll(retry.on()) && retry.statuses().isEmpty()) {
            return; // whatever the method
        }
        Set<String> keyed =
                route.policies().idempotency().map(IdempotencyConfig::methods).orElse(Set.of());
        Set<String> taken = route.match().methods();
        for (String method : retry.methods()) {
            if (!IDEMPOTENT.contains(method)
                    && !keyed.contains(method)
                    && (taken.isEmpty() || taken.contains(method))) {
                findings.add(
                        at,
                        method + " may happen twice when it is sent again (expected: idempotency for it, or only"
                                + " methods that are idempotent)",
                        "retry.methods");
            }
        }
    }

    private void circuit(String at, CircuitBreakerConfig circuit, Optional<Duration> attempt) {
        capped(at, "circuitBreaker.", "openFor", circuit.openFor(), "maxOpenFor", circuit.maxOpenFor());
        if (circuit.window() instanceof Window.Calls calls && circuit.minimumCalls() > calls.count()) {
            findings.add(
                    at,
                    "minimumCalls " + circuit.minimumCalls() + " (expected: at most window.calls, " + calls.count()
                            + "; with more no rate is ever judged)",
                    "circuitBreaker.minimumCalls");
        }
        circuit.slowCalls()
                .ifPresent(slow -> attempt.filter(limit -> slow.slowCall().compareTo(limit) >= 0)
                        .ifPresent(limit -> findings.add(
                                at,
                                "slowCall " + text(slow.slowCall()) + " (expected: less than timeout.attempt, "
                                        + text(limit) + "; no call gets that slow)",
                                "circuitBreaker.slowCall",
                                "timeout.attempt")));
    }

    private void capped(String at, String block, String key, Duration value, String cap, Duration most) {
        if (value.compareTo(most) > 0) {
            findings.add(at, Findings.aboveCap(key, value, cap, most), block + key);
        }
    }

    private void hedge(String at, HedgeConfig hedge, String timeout, Optional<Duration> limit) {
        if (hedge.after() instanceof HedgeConfig.Delay.Fixed after
                && limit.filter(time -> after.delay().compareTo(time) >= 0).isPresent()) {
            findings.add(
                    at,
                    "hedge.after " + text(after.delay()) + " (expected: less than timeout." + timeout + ", "
                            + text(limit.get()) + "; it is over by then)",
                    "hedge.after",
                    "timeout." + timeout);
        }
    }

    private void slo(String at, SloConfig slo) {
        objective(at, "slo.availability", slo.availability());
        slo.latency().ifPresent(latency -> objective(at, "slo.latency.objective", latency.objective()));
    }

    private void objective(String at, String key, Share objective) {
        if (objective.compareTo(LEAST_OBJECTIVE) < 0) {
            findings.add(
                    at,
                    objective + " (expected: at least " + LEAST_OBJECTIVE + "; below, not even failing throughout burns"
                            + " the budget " + PAGE_BURN + " times too fast, so that nobody is ever paged)",
                    key);
        }
    }

    private void fallback(String at, FallbackConfig fallback, RouteConfig route) {
        List<Rung> rungs = fallback.rungs();
        for (Rung rung : rungs.subList(0, rungs.size() - 1)) {
            if (rung instanceof Rung.Respond) {
                findings.add(at, "rungs behind respond (expected: none; it answers always)", "fallback.rungs");
            }
        }
        Set<String> methods = route.match().methods();
        if (rungs.stream().anyMatch(Rung.Stale.class::isInstance) && !methods.isEmpty() && !methods.contains("GET")) {
            findings.add(
                    at, "stale answers without GET (expected: a match of GET; no other is kept)", "fallback.rungs");
        }
    }

    private void waits(String at, RouteConfig route, Duration request) {
        route.policies()
                .bulkhead()
                .filter(bulkhead -> bulkhead.maxWait().compareTo(request) >= 0)
                .ifPresent(bulkhead ->
                        findings.add(at, tooLong(bulkhead.maxWait(), request), "bulkhead.maxWait", "timeout.request"));
        for (String upstream : route.target().upstreams()) {
            Duration wait = Objects.requireNonNull(config.upstreams().get(upstream))
                    .pool()
                    .maxWait();
            if (route.policies().bulkhead().isEmpty() && wait.compareTo(request) >= 0) {
                String key = "upstreams." + upstream + ".pool.maxWait";
                if (findings.isInFile(key)) {
                    findings.add(key, tooLong(wait, request) + " of route " + route.name());
                } else {
                    findings.add(at, tooLong(wait, request), "timeout.request");
                }
            }
        }
    }

    private static String tooLong(Duration wait, Duration request) {
        return "maxWait " + text(wait) + " (expected: less than timeout.request, " + text(request) + ")";
    }

    private static String text(Duration time) {
        return Durations.format(time);
    }
}
