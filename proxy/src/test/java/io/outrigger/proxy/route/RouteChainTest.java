package io.outrigger.proxy.route;

import static io.outrigger.proxy.route.Routes.EVERYTHING;
import static io.outrigger.proxy.route.Routes.get;
import static io.outrigger.proxy.route.Routes.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.config.BackoffConfig;
import io.outrigger.config.BudgetConfig;
import io.outrigger.config.Fault;
import io.outrigger.config.FaultConfig;
import io.outrigger.config.FaultMatch;
import io.outrigger.config.HedgeConfig;
import io.outrigger.config.IdempotencyConfig;
import io.outrigger.config.PoliciesConfig;
import io.outrigger.config.RateLimitConfig;
import io.outrigger.config.RateLimitConfig.KeyBy;
import io.outrigger.config.RetryConfig;
import io.outrigger.config.RewriteConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.RouteTarget;
import io.outrigger.config.Share;
import io.outrigger.config.TimeoutConfig;
import io.outrigger.config.ValueMatch;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.filter.bulkhead.BulkheadMetrics;
import io.outrigger.filter.circuitbreaker.CircuitMetrics;
import io.outrigger.filter.concurrency.ConcurrencyMetrics;
import io.outrigger.filter.fallback.FallbackMetrics;
import io.outrigger.filter.fault.FaultMetrics;
import io.outrigger.filter.fault.LiveFaults;
import io.outrigger.filter.hedge.HedgeMetrics;
import io.outrigger.filter.idempotency.IdempotencyMetrics;
import io.outrigger.filter.observe.Meters;
import io.outrigger.filter.ratelimit.RateLimitMetrics;
import io.outrigger.filter.retry.RetryMetrics;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteChainTest {
    private static final Duration ATTEMPT = Duration.ofMillis(800); // of routes with faults

    private final ManualLoop loop = new ManualLoop();
    private final Map<String, FakeUpstream> upstreams = new HashMap<>();
    private final List<String> observed = new ArrayList<>();
    private final BufferBudget buffers = new BufferBudget(BufferBudget.DEFAULT_BYTES);
    private final RetryMetrics retryMetrics = new RetryMetrics(new Metrics(1));
    private final HedgeMetrics hedgeMetrics = new HedgeMetrics(new Metrics(1));
    private final CircuitMetrics circuitMetrics = new CircuitMetrics(new Metrics(1));
    private final ConcurrencyMetrics concurrencyMetrics = new ConcurrencyMetrics(new Metrics(1));
    private final IdempotencyMetrics idempotencyMetrics = new IdempotencyMetrics(new Metrics(1));
    private final FallbackMetrics fallbackMetrics = new FallbackMetrics(new Metrics(1));
    private final BulkheadMetrics bulkheadMetrics = new BulkheadMetrics(new Metrics(1));
    private final Meters meters = new Meters(new Metrics(1));
    private final LiveFaults faults = new LiveFaults(new FaultMetrics(new Metrics(1)));
    private final Kept kept = Kept.none();
    private final RouteChain chain = chain(kept);

    @Test
    void theUpstreamIsTheEndAndTheObserverTheBeginning() {
        send(Routes.config("charge", EVERYTHING), get("/x"));
        assertThat(upstream("app").calls()).isEqualTo(1);
        upstream("app").last().answer(200);
        assertThat(observed).containsExactly("charge /x", "charge 200");
    }

    @Test
    void anExchangeEndsAtItsDeadlineAndTheObserverSeesThat() {
        send(Routes.config("charge", EVERYTHING), get("/x"));
        loop.advance(Duration.ofSeconds(30)); // the default
        assertThat(upstream("app").last().cancelled().kind()).isEqualTo(Failure.Kind.DEADLINE);
        assertThat(observed).containsExactly("charge /x", "charge 0");
    }

    @Test
    void withoutTimeoutsAnExchangeTakesItsTime() {
        send(with(Optional.empty(), Optional.empty()), get("/x"));
        loop.advance(Duration.ofDays(1));
        assertThat(upstream("app").last().cancelled()).isNull();
    }

    @Test
    void anAttemptHasALimitOfItsOwn() {
        Duration attempt = Duration.ofMillis(800);
        TimeoutConfig timeout = new TimeoutConfig(Duration.ofSeconds(2), Optional.of(attempt), Duration.ofSeconds(30));
        send(with(Optional.of(timeout), Optional.empty()), get("/x"));
        loop.advance(attempt);
        assertThat(upstream("app").call(0).cancelled().kind()).isEqualTo(Failure.Kind.ATTEMPT_TIMEOUT);
    }

    @Test
    void anAttemptThatFailsIsFollowedByAnotherAndTheObserverSeesOneExchange() {
        upstream("app").willFail(Failure.Kind.CONNECT_REFUSED).willAnswer(200);
        send(Routes.config("charge", EVERYTHING), get("/x"));
        loop.advance(Duration.ofSeconds(1));
        assertThat(upstream("app").calls()).isEqualTo(2);
        assertThat(observed).containsExactly("charge /x", "charge 200");
    }

    @Test
    void anAttemptBesidesIsPartOfOneThatMayBeFollowedByAnother() {
        Service service = chain.compile(hedged(new HedgeConfig.Delay.Fixed(Duration.ofMillis(100))));
        service.send(Exchanges.on(loop), get("/x"));
        loop.advanceMillis(100);
        FakeUpstream app = upstream("app");
        assertThat(app.calls()).isEqualTo(2);
        app.call(0).fail(Failure.Kind.CONNECT_REFUSED);
        loop.advanceMillis(50);
        assertThat(app.calls()).as("as long as one is under way").isEqualTo(2);
        app.call(1).fail(Failure.Kind.CONNECT_REFUSED);
        loop.advanceMillis(99);
        assertThat(app.calls()).isEqualTo(3);
        assertThat(app.last().request().attempt()).isEqualTo(3);
        app.last().answer(200);
        assertThat(observed).containsExactly("charge /x", "charge 200");
    }

    @Test
    void whatWasObservedIsKnownAfterAReload() {
        RouteConfig route = hedged(HedgeConfig.Delay.Observed.P95);
        Service before = chain.compile(route);
        for (int i = 0; i < 40; i++) {
            before.send(Exchanges.on(loop), get("/x"));
            loop.advanceMillis(10);
            upstream("app").last().answer(200);
        }
        loop.advanceMillis(1000);
        kept.settle();
        chain(kept.next()).compile(route).send(Exchanges.on(loop), get("/x"));
        loop.advanceMillis(12);
        assertThat(upstream("app").calls()).isEqualTo(42);
        upstream("app").last().answer(200);
        assertThat(loop.pending()).isZero();
    }

    private static RouteConfig hedged(HedgeConfig.Delay after) {
        return charge(policies(
                Optional.empty(),
                Optional.of(RetryConfig.safe()),
                Optional.of(new HedgeConfig(after, 2)),
                Optional.empty(),
                Optional.empty()));
    }

    @Test
    void theDeadlineEndsThePauseBetweenAttempts() {
        upstream("app").will(call -> {
            loop.advance(Duration.ofMillis(29_999));
            call.fail(Failure.Kind.CONNECT_REFUSED);
        });
        send(Routes.config("charge", EVERYTHING), get("/x"));
        loop.advance(Duration.ofMinutes(1));
        assertThat(upstream("app").calls()).isEqualTo(1);
        assertThat(observed).hasSize(2);
        assertThat(loop.pending()).isZero();
    }

    @Test
    void allAttemptsOfAnExchangeGoToTheUpstreamThatWasDrawn() {
        RouteTarget split =
                new RouteTarget.Split(List.of(new RouteTarget.Part("stable", 1), new RouteTarget.Part("canary", 1)));
        Service service = chain.compile(Routes.config("charge", EVERYTHING, split, Optional.empty()));
        for (int i = 0; i < 20; i++) {
            upstreams.clear();
            for (String name : List.of("stable", "canary")) {
                upstream(name)
                        .willFail(Failure.Kind.CONNECT_REFUSED)
                        .willFail(Failure.Kind.CONNECT_REFUSED)
                        .willAnswer(200);
            }
            service.send(Exchanges.on(loop), get("/x"));
            loop.advance(Duration.ofMinutes(1)); // and the budget is full again
            assertThat(upstream("stable").calls() * upstream("canary").calls()).isZero();
            assertThat(upstream("stable").calls() + upstream("canary").calls()).isEqualTo(3);
        }
    }

    @Test
    void aSpentBudgetStaysSpentOverAReload() {
        RouteConfig route = with(Optional.empty(), Optional.of(withoutDeposits()));
        Service before = chain.compile(route);
        for (int i = 0; i < 20; i++) {
            sendToFailing(before);
        }
        assertThat(sendToFailing(before)).as("attempts without tokens").isEqualTo(1);

        kept.settle();
        assertThat(sendToFailing(chain(kept.next()).compile(route)))
                .as("after a reload")
                .isEqualTo(1);
        assertThat(sendToFailing(chain(Kept.none()).compile(route)))
                .as("of a new process")
                .isEqualTo(3);
    }

    @Test
    void aKeyedRequestHappensOnceAndOutlivesItsDeadlineAndAReload() {
        RouteConfig route = keyed();
        Request post = Routes.request("POST", "/x", "Idempotency-Key", "k");
        upstream("app").willFail(Failure.Kind.CONNECT_REFUSED); // each attempt of it has the same key
        send(route, post);
        loop.advance(Duration.ofSeconds(30)); // the default deadline
        assertThat(observed).containsExactly("charge /x", "charge 0");
        assertThat(upstream("app").calls()).isEqualTo(2);
        assertThat(upstream("app").last().cancelled()).isNull();
        upstream("app").last().answer(201);

        kept.settle();
        Kept next = kept.next();
        List<Integer> answers = new ArrayList<>();
        chain(next).compile(route).send(Exchanges.on(loop), post).onAnswer(answer -> {
            answers.add(((Response) answer).status());
            ((Response) answer).body().discard(Failure.of(Failure.Kind.CLIENT_GONE, "seen"));
        });
        assertThat(answers).containsExactly(201);
        assertThat(upstream("app").calls()).isEqualTo(2);
    }

    private static RouteConfig keyed() {
        PoliciesConfig usual = PoliciesConfig.defaults();
        return charge(policies(
                usual.timeout(),
                usual.retry(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(IdempotencyConfig.defaults())));
    }

    @Test
    void whatIsRejectedIsObservedAndGoesNoFurther() {
        Service service = chain.compile(limited(1, Optional.empty()));
        service.send(Exchanges.on(loop), get("/x"));
        Told rejected = Told.by(service.send(Exchanges.on(loop), get("/y")));
        assertThat(rejected.failure().kind()).isEqualTo(Failure.Kind.RATE_LIMITED);
        assertThat(upstream("app").calls()).isEqualTo(1);
        assertThat(observed).containsExactly("charge /x", "charge /y", "charge 0");
        assertThat(loop.pending()).as("timers: that of the first one").isEqualTo(1);
    }

    @Test
    void anEmptyBucketSurvivesAReloadUnlessItsKeyHasChanged() {
        Optional<KeyBy> tenant = Optional.of(new KeyBy("x-tenant"));
        for (Optional<KeyBy> key : List.of(Optional.<KeyBy>empty(), tenant)) {
            Kept before = Kept.none();
            Service service = chain(before).compile(limited(2, key));
            assertThat(status(service)).isEqualTo(200);
            assertThat(status(service)).isEqualTo(200);
            before.settle();
            Kept after = before.next();
            assertThat(status(chain(after).compile(limited(1, key))))
                    .as("of " + key)
                    .isEqualTo(429);
            after.settle();
            Optional<KeyBy> other = Optional.of(new KeyBy("x-user"));
            assertThat(status(chain(after.next()).compile(limited(1, other)))).isEqualTo(200);
        }
    }

    private int status(Service service) {
        upstreams.clear();
        upstream("app").willAnswer(200);
        Request request = get("/x", "X-Tenant", "a", "X-User", "b");
        Told told = Told.by(service.send(Exchanges.on(loop), request));
        return upstream("app").calls() == 0
                ? told.failure().kind().status()
                : told.head().status();
    }

    private static RouteConfig limited(int burst, Optional<KeyBy> key) {
        RateLimitConfig limit = new RateLimitConfig(1, burst, key, Optional.empty());
        Optional<TimeoutConfig> timeout = PoliciesConfig.defaults().timeout();
        return charge(policies(timeout, Optional.empty(), Optional.empty(), Optional.of(limit), Optional.empty()));
    }

    @Test
    void onlyTheUpstreamSeesARewrittenTarget() {
        RewriteConfig rewrite = new RewriteConfig(Optional.of("/charges"), Optional.of("payments.prod"));
        send(
                Routes.config(
                        "charge",
                        path(path("prefix", "/v1/charges")),
                        new RouteTarget.One("app"),
                        Optional.of(rewrite)),
                get("/v1/charges/7", "Host", "payments"));
        assertThat(observed).containsExactly("charge /v1/charges/7");
        Request sent = upstream("app").last().request();
        assertThat(sent.target().toString()).isEqualTo("/charges/7");
        assertThat(sent.host()).isEqualTo("payments.prod");
    }

    @Test
    void aSplitDrawsForEachExchange() {
        RouteTarget split =
                new RouteTarget.Split(List.of(new RouteTarget.Part("stable", 90), new RouteTarget.Part("canary", 10)));
        RouteConfig route = Routes.config("charge", EVERYTHING, split, Optional.empty());
        Service service = chain.compile(route);
        for (int i = 0; i < 2_000; i++) {
            service.send(Exchanges.on(loop), get("/x"));
        }
        assertThat(upstream("canary").calls()).isBetween(150, 250);
        assertThat(upstream("stable").calls())
                .isEqualTo(2_000 - upstream("canary").calls());
        assertThat(observed).hasSize(2_000);
    }

    @Test
    void aFaultIsTakenForTheUpstreamAndGoesByWhatTheClientSent() {
        FaultMatch match = new FaultMatch(Set.of("GET"), Map.of("host", new ValueMatch.Exact("payments")));
        FaultConfig fault =
                new FaultConfig(new Share(100), true, match, List.of(Fault.Plain.BLACKHOLE), Optional.empty());
        RouteConfig route = faulty(fault);
        Told told = Told.by(send(route, get("/x", "Host", "payments")));
        loop.advance(ATTEMPT);
        assertThat(told.failure().kind()).isEqualTo(Failure.Kind.ATTEMPT_TIMEOUT);
        assertThat(upstream("app").calls()).isZero();
        send(route, get("/x", "Host", "payments.prod"));
        send(route, Routes.request("PUT", "/x", "Host", "payments"));
        assertThat(upstream("app").calls()).isEqualTo(2);
        upstreams.get("app").call(0).answer(200);
        upstreams.get("app").call(1).answer(200);
        assertThat(loop.pending()).isZero();
    }

    @Test
    void whatWasHitBeforeAReloadCountsAfterIt() {
        RouteConfig route = faulty(new FaultConfig(
                new Share(100), true, FaultMatch.everything(), List.of(Fault.Plain.BLACKHOLE), Optional.of(1)));
        Told hit = Told.by(send(route, get("/x")));
        Service after = chain(kept.next()).compile(route);
        after.send(Exchanges.on(loop), get("/x"));
        assertThat(upstream("app").calls()).as("one more would be too many").isOne();
        upstream("app").last().answer(200);
        loop.advance(ATTEMPT);
        assertThat(hit.failure().kind()).isEqualTo(Failure.Kind.ATTEMPT_TIMEOUT);
        Told next = Told.by(after.send(Exchanges.on(loop), get("/x")));
        assertThat(upstream("app").calls()).as("its place is free").isOne();
        loop.advance(ATTEMPT);
        assertThat(next.failure().kind()).isEqualTo(Failure.Kind.ATTEMPT_TIMEOUT);
    }

    private static RouteConfig faulty(FaultConfig fault) {
        TimeoutConfig timeout = new TimeoutConfig(Duration.ofSeconds(2), Optional.of(ATTEMPT), Duration.ofSeconds(30));
        RouteConfig plain = with(Optional.of(timeout), Optional.empty());
        return new RouteConfig(
                "charge",
                EVERYTHING,
                plain.target(),
                Optional.of(new RewriteConfig(Optional.empty(), Optional.of("payments.prod"))),
                plain.policies(),
                Optional.of(fault));
    }

    @Test
    void aTargetThatIsNotConfiguredIsRefused() {
        RouteConfig route = Routes.config("any", EVERYTHING, new RouteTarget.Dynamic(false), Optional.empty());
        assertThatThrownBy(() -> chain.compile(route))
                .hasMessage("route any: upstream: dynamic (expected: the name of an upstream)");
    }

    private static RouteConfig with(Optional<TimeoutConfig> timeout, Optional<RetryConfig> retry) {
        return charge(policies(timeout, retry, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    /** None but these. */
    private static PoliciesConfig policies(
            Optional<TimeoutConfig> timeout,
            Optional<RetryConfig> retry,
            Optional<HedgeConfig> hedge,
            Optional<RateLimitConfig> rateLimit,
            Optional<IdempotencyConfig> idempotency) {
        return new PoliciesConfig(
                timeout,
                retry,
                hedge,
                Optional.empty(),
                Optional.empty(),
                rateLimit,
                Optional.empty(),
                Optional.empty(),
                idempotency,
                Optional.empty(),
                Optional.empty());
    }

    private static RouteConfig charge(PoliciesConfig policies) {
        return new RouteConfig(
                "charge", EVERYTHING, new RouteTarget.One("app"), Optional.empty(), policies, Optional.empty());
    }

    /** Three attempts a millisecond apart, as long as the three tokens of a fresh budget last. */
    private static RetryConfig withoutDeposits() {
        RetryConfig safe = RetryConfig.safe();
        Duration pause = Duration.ofMillis(1);
        return new RetryConfig(
                safe.attempts(),
                safe.on(),
                safe.statuses(),
                safe.methods(),
                new BackoffConfig(pause, pause, BackoffConfig.Jitter.NONE),
                safe.respectRetryAfter(),
                safe.bodyBuffer(),
                Optional.of(new BudgetConfig(new Share(0), 3, Duration.ofSeconds(10))));
    }

    /** The attempts that an exchange made, within so little time that hardly a token flows in. */
    private int sendToFailing(Service service) {
        upstreams.clear();
        upstream("app")
                .willFail(Failure.Kind.CONNECT_REFUSED)
                .willFail(Failure.Kind.CONNECT_REFUSED)
                .willFail(Failure.Kind.CONNECT_REFUSED);
        service.send(Exchanges.on(loop), get("/x"));
        loop.advanceMillis(5);
        return upstream("app").calls();
    }

    private FakeUpstream upstream(String name) {
        return upstreams.computeIfAbsent(name, _ -> new FakeUpstream());
    }

    private RouteChain chain(Kept state) {
        Random random = new Random(81);
        Circuits circuits =
                new Circuits(state, circuitMetrics, _ -> new LinkedHashMap<>(), random::nextLong, loop::nanoTime);
        Supplies supplies = new Supplies(
                state,
                new Slos(state, 1, loop::nanoTime),
                circuits,
                new Bulkheads(state, bulkheadMetrics),
                new RateLimits(
                        state,
                        new RateLimitMetrics(new Metrics(1)),
                        name -> {
                            throw new IllegalArgumentException("store " + name);
                        },
                        random::nextLong,
                        loop::nanoTime),
                new Faults(state, faults, true, meters, random::nextLong),
                new Keys(
                        state,
                        idempotencyMetrics,
                        name -> {
                            throw new AssertionError(name);
                        },
                        buffers,
                        buffers,
                        random::nextLong),
                buffers,
                buffers,
                retryMetrics,
                concurrencyMetrics,
                hedgeMetrics,
                fallbackMetrics,
                random::nextLong,
                loop::nanoTime,
                InstantSource.system());
        return new RouteChain(
                this::observe,
                (name, _) -> (exchange, request) -> upstream(name).send(exchange, request),
                supplies);
    }

    private Reply send(RouteConfig route, Request request) {
        return chain.compile(route).send(Exchanges.on(loop), request);
    }

    private Filter observe(RouteConfig route) {
        return (Exchange exchange, Request request, Service next) -> {
            observed.add(route.name() + " " + request.target());
            return next.send(exchange, request).onEnd(outcome -> observed.add(route.name() + " " + outcome.status()));
        };
    }
}
