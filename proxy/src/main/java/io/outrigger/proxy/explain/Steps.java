package io.outrigger.proxy.explain;

import io.outrigger.config.BulkheadConfig;
import io.outrigger.config.FallbackConfig;
import io.outrigger.config.FaultConfig;
import io.outrigger.config.HedgeConfig;
import io.outrigger.config.IdempotencyConfig;
import io.outrigger.config.PoliciesConfig;
import io.outrigger.config.PriorityConfig;
import io.outrigger.config.RateLimitConfig;
import io.outrigger.config.ReadResult;
import io.outrigger.config.RetryConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.RouteTarget;
import io.outrigger.config.SloConfig;
import io.outrigger.config.TimeoutConfig;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Words;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Request;
import io.outrigger.filter.concurrency.Priorities;
import io.outrigger.filter.timeout.DeadlineFilter;
import io.outrigger.proxy.route.CompiledRoute;
import io.outrigger.proxy.route.FaultMatcher;
import io.outrigger.proxy.route.RouteChain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way of one request through the filters of its route, outermost first. Confined to the thread that asks. */
final class Steps {
    private final ReadResult.Ok read;
    private final RouteConfig route;
    private final Map<?, ?> shown; // the route in the effective configuration, or the defaults for a listener's own
    private final Request request;
    private final Request rewritten;
    private final List<Step> steps = new ArrayList<>();

    Steps(ReadResult.Ok read, CompiledRoute compiled, Request request) {
        this.read = read;
        this.route = compiled.config();
        this.shown = shown(read, route.name());
        this.request = request;
        this.rewritten = compiled.rewritten(request);
    }

    private static Map<?, ?> shown(ReadResult.Ok read, String name) {
        if (read.effective().tree().get("routes") instanceof List<?> routes) {
            for (Object one : routes) {
                if (one instanceof Map<?, ?> map && name.equals(map.get("name"))) {
                    return map;
                }
            }
        }
        return read.effective().tree().get("defaults") instanceof Map<?, ?> defaults ? defaults : Map.of();
    }

    List<Step> inOrder() {
        PoliciesConfig policies = route.policies();
        add("observe", "counts, measures and logs it; access lines: " + in("logging", "access"), null);
        policy("slo", policies.slo(), policies.slo().map(Steps::slo).orElse(""));
        policy(
                "rateLimit",
                policies.rateLimit(),
                policies.rateLimit().map(this::rateLimit).orElse(""));
        policy(
                "fallback",
                policies.fallback(),
                policies.fallback().map(Steps::fallback).orElse(""));
        policies.timeout().ifPresent(timeout -> add("timeout.request", "504 after " + deadline(timeout), null));
        policy(
                "idempotency",
                policies.idempotency(),
                policies.idempotency().map(this::idempotency).orElse(""));
        policy("concurrency", policies.concurrency(), "503 when too many are in flight for the latency that is seen");
        policy(
                "priority",
                policies.priority(),
                policies.priority().map(this::priority).orElse(""));
        policy("retry", policies.retry(), policies.retry().map(this::retry).orElse(""));
        policy("hedge", policies.hedge(), policies.hedge().map(this::hedge).orElse(""));
        policy("circuitBreaker", policies.circuitBreaker(), "503 while it is open");
        policy(
                "bulkhead",
                policies.bulkhead(),
                policies.bulkhead().map(this::bulkhead).orElse(""));
        policies.timeout()
                .flatMap(TimeoutConfig::attempt)
                .ifPresent(attempt -> add(
                        "timeout.attempt",
                        "each attempt has " + Durations.format(attempt)
                                + " from the end of the request to the head of the response",
                        null));
        route.fault().ifPresent(fault -> add("fault", fault(fault), shown.get("fault")));
        if (route.rewrite().isPresent()) {
            add("rewrite", "asks for " + rewritten.target() + " of host " + rewritten.host(), null);
        }
        target();
        return List.copyOf(steps);
    }

    private void add(String by, String does, @Nullable Object settings) {
        steps.add(new Step(by, does, settings));
    }

    private void policy(String name, Optional<?> config, String does) {
        if (config.isPresent()) {
            add(name, does, shown.get(name));
        }
    }

    /** By the client's own limit, where that is the smaller one. */
    private String deadline(TimeoutConfig timeout) {
        String asked = request.headers().get(DeadlineFilter.REQUEST_TIMEOUT);
        Duration limit = new DeadlineFilter(timeout).limitFor(asked);
        String whose = limit.equals(timeout.request()) ? "" : ", as " + DeadlineFilter.REQUEST_TIMEOUT + " asks";
        return Durations.format(limit) + whose + ", all attempts included; idle: " + Durations.format(timeout.idle());
    }

    private static String slo(SloConfig slo) {
        String fast = slo.latency()
                .map(latency -> ", and for the " + latency.objective() + " that take less than "
                        + Durations.format(latency.under()))
                .orElse("");
        return "counts it for the " + slo.availability() + " that shall be good" + fast;
    }

    /** Header values are not shown: they may be secrets. */
    private String rateLimit(RateLimitConfig limit) {
        String whose = limit.key()
                .map(key -> " of its " + key.header()
                        + (request.headers().has(HeaderName.of(key.header())) ? "" : ", of those without one"))
                .orElse("");
        return "429 when the bucket" + whose + " is empty";
    }

    private String idempotency(IdempotencyConfig config) {
        if (!isKeyed(config)) {
            return config.required() && config.methods().contains(request.method())
                    ? "400 without " + config.header()
                    : "nothing without " + config.header() + ", or with another method than "
                            + Words.or(config.methods());
        }
        String others = config.inFlight() == IdempotencyConfig.InFlight.REJECT
                ? "409 for others while it is under way"
                : "others wait for its answer, for up to " + Durations.format(config.waitFor());
        return "happens once for each " + config.header() + "; " + others;
    }

    private String retry(RetryConfig retry) {
        String method = request.method();
        boolean repeatable = route.policies()
                .idempotency()
                .filter(this::isKeyed)
                .map(IdempotencyConfig::upstreamHonoursKey)
                .orElse(retry.methods().contains(method));
        return "up to " + retry.attempts() + " attempts; "
                + (repeatable
                        ? method + " is sent again after all that on lists"
                        : method + " is sent again only after notSent and refused");
    }

    private boolean isKeyed(IdempotencyConfig config) {
        return config.methods().contains(request.method()) && request.headers().has(HeaderName.of(config.header()));
    }

    private static String fallback(FallbackConfig config) {
        return config.rungs().stream()
                .map(rung -> switch (rung) {
                    case FallbackConfig.Rung.Stale _ -> "the last good answer";
                    case FallbackConfig.Rung.Upstream other -> "what upstream " + other.upstream() + " answers";
                    case FallbackConfig.Rung.Respond fixed -> "a fixed " + fixed.status();
                })
                .collect(Collectors.joining(", or ", "when what is below could not answer: ", ""));
    }

    private String priority(PriorityConfig config) {
        int priority = new Priorities(Optional.of(config)).of(request);
        return "it has priority " + priority + ", and is refused when " + 5 * Priorities.share(priority)
                + "% of that limit are in flight";
    }

    private String bulkhead(BulkheadConfig config) {
        return "one of the " + config.maxConnections() + " slots of bulkhead " + config.nameFor(route.name())
                + ", after waiting for up to " + Durations.format(config.maxWait()) + ", or 503";
    }

    private String fault(FaultConfig fault) {
        return new FaultMatcher(fault.match()).test(request)
                ? fault.words() + " for " + fault.percentage() + " of the attempts"
                : "nothing: match takes others";
    }

    private String hedge(HedgeConfig hedge) {
        boolean repeatable = RouteChain.retries(route)
                .filter(retry -> retry.methods().contains(request.method()))
                .isPresent();
        String delay = hedge.after() instanceof HedgeConfig.Delay.Fixed fixed
                ? Durations.format(fixed.delay())
                : "what 95 of 100 took lately";
        return repeatable
                ? "another attempt besides after " + delay + " without an answer, up to " + hedge.attempts()
                        + " at once"
                : "not for method " + request.method();
    }

    private void target() {
        switch (route.target()) {
            case RouteTarget.One one -> upstream(one.upstream());
            case RouteTarget.Split split -> {
                String parts = split.parts().stream()
                        .map(part -> part.upstream() + " by " + part.weight())
                        .collect(Collectors.joining(", "));
                add("split", "one of these is drawn for all attempts: " + parts, null);
                split.parts().forEach(part -> upstream(part.upstream()));
            }
            case RouteTarget.Dynamic _ -> add("upstream", "goes to " + rewritten.host() + " itself", null);
        }
    }

    private void upstream(String name) {
        List<String> others = Objects.requireNonNull(read.config().upstreams().get(name), name)
                .failover();
        String failover = others.isEmpty() ? "" : "; or, when none is usable, one of " + String.join(", ", others);
        add(
                "upstream " + name,
                "picks an endpoint" + failover + "; takes a connection, or waits for one",
                in("upstreams", name));
    }

    /** From the effective configuration. */
    private Object in(String section, String key) {
        Object all = read.effective().tree().get(section);
        return all instanceof Map<?, ?> map ? Objects.requireNonNullElse(map.get(key), "") : "";
    }
}
