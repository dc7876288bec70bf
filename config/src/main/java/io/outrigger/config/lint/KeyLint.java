package io.outrigger.config.lint;

import io.outrigger.config.IdempotencyConfig;
import io.outrigger.config.IdempotencyConfig.InFlight;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.TimeoutConfig;
import io.outrigger.config.key.Durations;
import java.time.Duration;
import java.util.Set;

/** Holds what a route says of keys against the rest of it. Confined to the thread that asks. */
final class KeyLint {
    private final Findings findings;

    KeyLint(Findings findings) {
        this.findings = findings;
    }

    /** @param at where the route stands in the file */
    void check(String at, RouteConfig route) {
        route.policies().idempotency().ifPresent(keys -> {
            room(at, keys);
            methods(at, keys, route.match().methods());
            route.policies().timeout().flatMap(TimeoutConfig::attempt).ifPresent(each -> losing(at, keys, each));
            route.policies().timeout().map(TimeoutConfig::request).ifPresent(all -> waiting(at, keys, all));
        });
    }

    private void room(String at, IdempotencyConfig keys) {
        if (keys.store().equals(IdempotencyConfig.MEMORY_STORE)
                && keys.maxResponse().compareTo(keys.memory().maxBytes()) > 0) {
            findings.add(
                    at,
                    "maxResponse " + keys.maxResponse() + " (expected: at most memory.maxBytes, "
                            + keys.memory().maxBytes() + "; there is never room for more)",
                    "idempotency.maxResponse",
                    "idempotency.memory.maxBytes");
        }
    }

    /** What stands in the route itself: defaults are for others, too. */
    private void methods(String at, IdempotencyConfig keys, Set<String> taken) {
        if (taken.isEmpty() || !findings.isInFile(at + ".idempotency")) {
            return;
        }
        if (keys.methods().stream().noneMatch(taken::contains)) {
            findings.add(
                    at,
                    "keys of " + words(keys.methods()) + " (expected: one of " + words(taken)
                            + ", which match takes; no request has a key)",
                    "idempotency.methods",
                    "idempotency");
            return;
        }
        if (findings.isInFile(at + ".idempotency.methods")) {
            for (String method : keys.methods()) {
                if (!taken.contains(method)) {
                    findings.add(
                            at,
                            method + " (expected: one of " + words(taken) + ", which match takes)",
                            "idempotency.methods");
                }
            }
        }
    }

    /** The usual patience may well end with the request; who says how long means it. */
    private void waiting(String at, IdempotencyConfig keys, Duration request) {
        String around = findings.isInFile(at + ".idempotency") ? at : "defaults";
        if (keys.inFlight() == InFlight.WAIT
                && keys.waitFor().compareTo(request) > 0
                && findings.isInFile(around + ".idempotency.waitFor")) {
            findings.add(
                    at,
                    "waitFor " + Durations.format(keys.waitFor()) + " (expected: at most timeout.request, "
                            + Durations.format(request) + "; it is over by then)",
                    "idempotency.waitFor",
                    "timeout.request");
        }
    }

    /** What ends an attempt that is not followed by another one loses the answer, and nothing else. */
    private void losing(String at, IdempotencyConfig keys, Duration attempt) {
        if (!keys.upstreamHonoursKey()) {
            findings.add(
                    at,
                    "attempt " + Durations.format(attempt) + " (expected: none, or idempotency.upstreamHonoursKey:"
                            + " a request with a key is not sent again after it, and its key is unknown then)",
                    "timeout.attempt",
                    "idempotency");
        }
    }

    private static String words(Set<String> methods) {
        return String.join(", ", methods);
    }
}
