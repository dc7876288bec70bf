package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.CircuitBreakerConfig.Window;
import io.outrigger.config.FallbackConfig.Rung;
import io.outrigger.config.IdempotencyConfig.InFlight;
import io.outrigger.config.IdempotencyConfig.OnStoreFailure;
import io.outrigger.config.IdempotencyConfig.ServerErrors;
import io.outrigger.config.IdempotencyConfig.Unknown;
import io.outrigger.config.RetryConfig.Condition;
import io.outrigger.config.StatusSet.Range;
import io.outrigger.config.TracingConfig.Propagator;
import io.outrigger.config.UpstreamTlsConfig.MinVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The large example, in which every key has a value, read key by key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpecExampleTest {
    private String file;
    private OutriggerConfig config;
    private RouteConfig route;

    @BeforeAll
    void readTheExampleAsIfAllOfItExisted() throws IOException {
        file = Yaml.resource("every-key.yaml");
        config = Yaml.value(OutriggerConfig.BLOCK, file);
        route = config.routes().getFirst();
    }

    @Test
    void findsNothingToSayOfIt() {
        assertThat(Yaml.problems(file).stream().map(line -> line.replaceFirst("^outrigger.yaml:\\d+:\\d+: ", "")))
                .isEmpty();
    }

    @Test
    void listenersAndWhatElseListens() {
        assertThat(config.version()).isEqualTo(1);
        assertThat(config.service()).isEqualTo("checkout");
        assertThat(config.listeners())
                .containsExactly(new ListenerConfig(
                        "outbound",
                        new Address.Tcp("127.0.0.1", 15100),
                        ListenerConfig.Kind.REVERSE,
                        Optional.of("payments"),
                        LimitsConfig.defaults(),
                        Optional.of(new ListenerTlsConfig(
                                Path.of("tls.crt"), Path.of("tls.key"), Optional.of(Path.of("ca.crt"))))));
        assertThat(config.admin())
                .contains(new AdminConfig(
                        new Address.Tcp("127.0.0.1", 15101), Optional.of(Path.of("admin-token")), List.of()));
        assertThat(config.telemetry()).contains(new TelemetryConfig(new Address.Tcp("0.0.0.0", 15102)));
    }

    @Test
    void tracingDrainLoggingAndStores() {
        assertThat(config.tracing())
                .contains(new TracingConfig(
                        URI.create("http://collector:4318"),
                        new Share(10),
                        List.of(Propagator.TRACECONTEXT, Propagator.BAGGAGE)));
        assertThat(config.drain()).isEqualTo(DrainConfig.defaults());
        assertThat(config.logging()).isEqualTo(LoggingConfig.defaults());
        assertThat(config.stores())
                .containsExactly(Map.entry(
                        "shared",
                        new StoreConfig(
                                "shared",
                                new StoreConfig.Redis(
                                        URI.create("redis://redis:6379"),
                                        Duration.ofMillis(250),
                                        Optional.of(Path.of("redis-password")),
                                        Optional.empty()))));
    }

    @Test
    void theUpstream() {
        assertThat(config.upstreams().get("payments"))
                .isEqualTo(new UpstreamConfig(
                        "payments",
                        List.of(
                                new EndpointConfig(new Address.Tcp("payments.internal", 8080), 1, Optional.empty()),
                                new EndpointConfig(new Address.Unix("/run/app.sock"), 2, Optional.of("a"))),
                        UpstreamConfig.Protocol.HTTP1,
                        Balance.Plain.PEAK_EWMA,
                        Duration.ofSeconds(1),
                        PoolConfig.defaults(),
                        DnsConfig.defaults(),
                        Optional.of(new HealthCheckConfig(
                                "/healthz",
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(1),
                                2,
                                3,
                                StatusSet.of(List.of(new Range(200, 299))))),
                        Optional.of(new OutlierDetectionConfig(
                                5,
                                Duration.ofSeconds(10),
                                3.5,
                                20,
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(5),
                                new Share(34))),
                        new Share(50),
                        Optional.of(Duration.ofSeconds(30)),
                        List.of("payments-dr"),
                        Optional.of(new UpstreamTlsConfig(
                                Optional.of(Path.of("ca.crt")),
                                Optional.of(Path.of("app.crt")),
                                Optional.of(Path.of("app.key")),
                                Optional.of("payments.internal"),
                                MinVersion.TLS_1_2))));
    }

    @Test
    void whatTheRouteTakesAndWhereItGoes() {
        assertThat(route.name()).isEqualTo("charge");
        assertThat(route.match())
                .isEqualTo(new MatchConfig(
                        List.of(new HostMatch.Exact("payments"), new HostMatch.Wildcard(".payments.internal")),
                        Optional.of(new PathMatch.Prefix("/v1/charges")),
                        Set.of("POST"),
                        Map.of("x-tenant", new ValueMatch.Exact("acme")),
                        Map.of("dry", new ValueMatch.Exact("1"))));
        assertThat(route.target()).isEqualTo(new RouteTarget.One("payments"));
        assertThat(route.rewrite()).contains(new RewriteConfig(Optional.of("/charges"), Optional.of("payments.prod")));
    }

    @Test
    void timeoutRetryAndHedge() {
        assertThat(route.timeout())
                .contains(new TimeoutConfig(
                        Duration.ofSeconds(2), Optional.of(Duration.ofMillis(800)), Duration.ofSeconds(30)));
        assertThat(route.retry())
                .contains(new RetryConfig(
                        3,
                        Set.of(Condition.values()),
                        StatusSet.of(502, 503, 504),
                        Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE"),
                        new BackoffConfig(Duration.ofMillis(25), Duration.ofMillis(250), BackoffConfig.Jitter.FULL),
                        true,
                        DataSize.ofKiB(64),
                        Optional.of(new BudgetConfig(new Share(20), 3, Duration.ofSeconds(10)))));
        assertThat(route.policies().hedge())
                .contains(new HedgeConfig(new HedgeConfig.Delay.Fixed(Duration.ofMillis(100)), 2));
    }

    @Test
    void circuitBreakerAndBulkhead() {
        assertThat(route.policies().circuitBreaker())
                .contains(new CircuitBreakerConfig(
                        new Window.Time(Duration.ofSeconds(30)),
                        20,
                        new Share(50),
                        Optional.of(5),
                        Optional.of(new CircuitBreakerConfig.SlowCalls(Duration.ofSeconds(1), new Share(80))),
                        StatusSet.of(List.of(new Range(500, 599))),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        3,
                        2,
                        CircuitBreakerConfig.Scope.ROUTE));
        assertThat(route.policies().bulkhead())
                .contains(new BulkheadConfig(50, 100, Duration.ofMillis(50), Optional.empty()));
    }

    @Test
    void limitsOfRateAndConcurrency() {
        assertThat(route.policies().rateLimit())
                .contains(new RateLimitConfig(
                        100, 200, Optional.of(new RateLimitConfig.KeyBy("x-tenant")), Optional.of("shared")));
        assertThat(route.policies().concurrency())
                .contains(new ConcurrencyConfig(ConcurrencyConfig.Algorithm.GRADIENT, 5, 1000));
        assertThat(route.policies().priority()).contains(new PriorityConfig("x-priority", 5));
    }

    @Test
    void idempotency() {
        assertThat(route.policies().idempotency())
                .contains(new IdempotencyConfig(
                        "idempotency-key",
                        Set.of("POST", "PATCH"),
                        false,
                        List.of("authorization"),
                        InFlight.WAIT,
                        Duration.ofSeconds(10),
                        Duration.ofHours(24),
                        Duration.ofSeconds(30),
                        DataSize.ofMiB(1),
                        DataSize.ofKiB(256),
                        ServerErrors.UNKNOWN,
                        Unknown.HOLD,
                        false,
                        "memory",
                        OnStoreFailure.REFUSE,
                        new IdempotencyConfig.Memory(DataSize.ofMiB(8))));
    }

    @Test
    void fallbackAndSlo() {
        assertThat(route.policies().fallback())
                .contains(new FallbackConfig(
                        true,
                        StatusSet.of(List.of(new Range(500, 599))),
                        List.of(
                                new Rung.Stale(Duration.ofMinutes(10), DataSize.ofKiB(256), DataSize.ofMiB(8)),
                                new Rung.Upstream("payments-readonly"),
                                new Rung.Respond(
                                        200, Map.of("content-type", "application/json"), "{\"comments\":[]}"))));
        assertThat(route.policies().slo())
                .contains(new SloConfig(
                        new Share(99.9),
                        Optional.of(new SloConfig.Latency(new Share(99), Duration.ofMillis(300))),
                        Duration.ofDays(30)));
    }

    /** But for what is optional, a key that is left out means what the example says. */
    @Test
    void leavingOutWhatIsNotOptionalChangesNothing() {
        PoliciesConfig bare = Yaml.value(PoliciesConfig.BLOCK, """
                retry: {}
                hedge: {}
                circuitBreaker: {consecutiveFailures: 5, slowCall: 1s}
                bulkhead: {}
                rateLimit: {}
                concurrency: {}
                priority: {}
                idempotency: {}
                slo: {}
                """);
        PoliciesConfig full = route.policies();
        assertThat(bare.retry()).isEqualTo(full.retry());
        assertThat(bare.hedge()).isEqualTo(full.hedge());
        assertThat(bare.circuitBreaker()).isEqualTo(full.circuitBreaker());
        assertThat(bare.bulkhead()).isEqualTo(full.bulkhead());
        assertThat(bare.rateLimit()).contains(new RateLimitConfig(100, 200, Optional.empty(), Optional.empty()));
        assertThat(bare.concurrency()).isEqualTo(full.concurrency());
        assertThat(bare.priority()).isEqualTo(full.priority());
        assertThat(bare.idempotency()).isEqualTo(full.idempotency());
        assertThat(bare.slo()).isEqualTo(full.slo());
        assertThat(Yaml.value(HealthCheckConfig.BLOCK, "{}"))
                .isEqualTo(config.upstreams().get("payments").healthCheck().orElseThrow());
        assertThat(Yaml.value(OutlierDetectionConfig.BLOCK, "{}"))
                .isEqualTo(config.upstreams().get("payments").outlierDetection().orElseThrow());
    }
}
