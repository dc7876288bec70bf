package io.outrigger.proxy.route;

import static io.outrigger.proxy.route.Routes.EVERYTHING;
import static io.outrigger.proxy.route.Routes.get;
import static io.outrigger.proxy.route.Routes.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.config.Address;
import io.outrigger.config.DrainConfig;
import io.outrigger.config.LimitsConfig;
import io.outrigger.config.ListenerConfig;
import io.outrigger.config.LoggingConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.PoliciesConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.RouteTarget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final List<RouteConfig> compiled = new ArrayList<>();

    @Test
    void everyListenerAsksTheRoutesOfTheFileAndThenItsOwnUpstream() {
        Snapshot snapshot = snapshot(
                List.of(listener("outbound", "app"), listener("strict", null)),
                Routes.config("charges", path(path("prefix", "/v1/charges"))));

        RouteTable outbound = snapshot.table("outbound");
        RouteTable strict = snapshot.table("strict");
        assertThat(outbound.match(get("/v1/charges")).name()).isEqualTo("charges");
        assertThat(strict.match(get("/v1/charges"))).isSameAs(outbound.match(get("/v1/charges")));
        assertThat(outbound.match(get("/x")).config().target()).isEqualTo(new RouteTarget.One("app"));
        assertThat(strict.match(get("/x"))).isNull();
    }

    @Test
    void everyRouteIsCompiledOnceAndListed() {
        Snapshot snapshot = snapshot(
                List.of(listener("one", "app"), listener("two", "app")),
                Routes.config("b", EVERYTHING),
                Routes.config("a", EVERYTHING));
        assertThat(snapshot.routes().stream().map(CompiledRoute::name))
                .containsExactly("b", "a", "listener:one", "listener:two");
        assertThat(compiled.stream().map(RouteConfig::name))
                .containsExactlyInAnyOrder("b", "a", "listener:one", "listener:two");
        assertThat(snapshot.createdAt()).isEqualTo(NOW);
    }

    @Test
    void aListenerThatIsNotThereHasNoRoutes() {
        Snapshot snapshot = snapshot(List.of(listener("one", "app")));
        assertThatThrownBy(() -> snapshot.table("two")).hasMessage("listener: two (expected: one of [one])");
    }

    private Snapshot snapshot(List<ListenerConfig> listeners, RouteConfig... routes) {
        OutriggerConfig config = new OutriggerConfig(
                1,
                "checkout",
                listeners,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DrainConfig.defaults(),
                LoggingConfig.defaults(),
                Map.of(),
                Map.of(),
                PoliciesConfig.defaults(),
                List.of(routes));
        return Snapshot.compile(
                config,
                route -> {
                    compiled.add(route);
                    return (_, _) -> {
                        throw new AssertionError("nobody sends anything here");
                    };
                },
                NOW);
    }

    private static ListenerConfig listener(String name, String upstream) {
        return new ListenerConfig(
                name,
                new Address.Tcp("127.0.0.1", 0),
                ListenerConfig.Kind.REVERSE,
                Optional.ofNullable(upstream),
                LimitsConfig.defaults(),
                Optional.empty());
    }
}
