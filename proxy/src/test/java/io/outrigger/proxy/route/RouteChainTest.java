package io.outrigger.proxy.route;

import static io.outrigger.proxy.route.Routes.EVERYTHING;
import static io.outrigger.proxy.route.Routes.get;
import static io.outrigger.proxy.route.Routes.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.config.PoliciesConfig;
import io.outrigger.config.RewriteConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.RouteTarget;
import io.outrigger.config.TimeoutConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteChainTest {
    private final ManualLoop loop = new ManualLoop();
    private final Map<String, FakeUpstream> upstreams = new HashMap<>();
    private final List<String> observed = new ArrayList<>();
    private final RouteChain chain = new RouteChain(
            this::observe,
            (upstream, route) -> upstreams.computeIfAbsent(upstream, _ -> new FakeUpstream()),
            new Random(81)::nextLong);

    @Test
    void theUpstreamIsTheEndAndTheObserverTheBeginning() {
        send(Routes.config("charge", EVERYTHING), get("/x"));
        assertThat(upstreams.get("app").calls()).isEqualTo(1);
        upstreams.get("app").last().answer(200);
        assertThat(observed).containsExactly("charge /x", "charge 200");
    }

    @Test
    void anExchangeEndsAtItsDeadlineAndTheObserverSeesThat() {
        send(Routes.config("charge", EVERYTHING), get("/x"));
        loop.advance(Duration.ofSeconds(30)); // the default
        assertThat(upstreams.get("app").last().cancelled().kind()).isEqualTo(Failure.Kind.DEADLINE);
        assertThat(observed).containsExactly("charge /x", "charge 0");
    }

    @Test
    void withoutTimeoutsAnExchangeTakesItsTime() {
        send(withTimeout(Optional.empty()), get("/x"));
        loop.advance(Duration.ofDays(1));
        assertThat(upstreams.get("app").last().cancelled()).isNull();
    }

    @Test
    void anAttemptHasALimitOfItsOwn() {
        Duration attempt = Duration.ofMillis(800);
        TimeoutConfig timeout = new TimeoutConfig(Duration.ofSeconds(2), Optional.of(attempt), Duration.ofSeconds(30));
        send(withTimeout(Optional.of(timeout)), get("/x"));
        loop.advance(attempt);
        assertThat(upstreams.get("app").call(0).cancelled().kind()).isEqualTo(Failure.Kind.ATTEMPT_TIMEOUT);
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
        Request sent = upstreams.get("app").last().request();
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
        assertThat(upstreams.get("canary").calls()).isBetween(150, 250);
        assertThat(upstreams.get("stable").calls())
                .isEqualTo(2_000 - upstreams.get("canary").calls());
        assertThat(observed).hasSize(2_000);
    }

    @Test
    void aTargetThatIsNotConfiguredIsRefused() {
        RouteConfig route = Routes.config("any", EVERYTHING, new RouteTarget.Dynamic(false), Optional.empty());
        assertThatThrownBy(() -> chain.compile(route))
                .hasMessage("route any: upstream: dynamic (expected: the name of an upstream)");
    }

    private static RouteConfig withTimeout(Optional<TimeoutConfig> timeout) {
        RouteConfig route = Routes.config("charge", EVERYTHING);
        PoliciesConfig policies = new PoliciesConfig(
                timeout,
                route.retry(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new RouteConfig(route.name(), route.match(), route.target(), route.rewrite(), policies, route.fault());
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
