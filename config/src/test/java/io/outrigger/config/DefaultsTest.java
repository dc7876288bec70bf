package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.RetryConfig.Condition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds where the file says nothing. */
class DefaultsTest {
    @Test
    void theSmallestFileIsCompleteAndSafe() {
        OutriggerConfig config = Yaml.config(Yaml.SMALLEST);
        assertThat(config.version()).isEqualTo(1);
        assertThat(config.admin()).isEmpty();
        assertThat(config.telemetry()).isEmpty();
        assertThat(config.tracing()).isEmpty();
        assertThat(config.stores()).isEmpty();
        assertThat(config.routes()).isEmpty();
        assertThat(config.drain())
                .isEqualTo(new DrainConfig(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(25)));
        assertThat(config.logging()).isEqualTo(new LoggingConfig(LoggingConfig.Level.INFO, AccessLog.Plain.ERRORS));
    }

    @Test
    void ofAListener() {
        ListenerConfig listener = Yaml.config(Yaml.SMALLEST).listeners().getFirst();
        assertThat(listener.kind()).isEqualTo(ListenerConfig.Kind.REVERSE);
        assertThat(listener.tls()).isEmpty();
        assertThat(listener.limits())
                .isEqualTo(new LimitsConfig(
                        10_000,
                        DataSize.ofKiB(32),
                        100,
                        DataSize.ofKiB(8),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60)));
    }

    @Test
    void ofAnUpstream() {
        assertThat(Yaml.config(Yaml.SMALLEST).upstreams().get("app"))
                .isEqualTo(new UpstreamConfig(
                        "app",
                        List.of(new EndpointConfig(new Address.Tcp("app.internal", 8080), 1, Optional.empty())),
                        UpstreamConfig.Protocol.HTTP1,
                        Balance.Plain.PEAK_EWMA,
                        Duration.ofSeconds(1),
                        new PoolConfig(256, 64, Duration.ofMillis(50), Duration.ofSeconds(3), 0, Duration.ZERO),
                        new DnsConfig(Optional.empty()),
                        Optional.empty(),
                        Optional.empty(),
                        new Share(50),
                        Optional.empty(),
                        List.of(),
                        Optional.empty()));
    }

    @Test
    void ofPolicies() {
        PoliciesConfig policies = Yaml.config(Yaml.SMALLEST).defaults();
        assertThat(policies).isEqualTo(PoliciesConfig.defaults());
        assertThat(policies.timeout())
                .contains(new TimeoutConfig(Duration.ofSeconds(30), Optional.empty(), Duration.ofSeconds(60)));
        assertThat(policies.retry())
                .contains(RetryConfig.safe())
                .contains(new RetryConfig(
                        3,
                        Set.of(Condition.NOT_SENT, Condition.REFUSED, Condition.STALE_CONNECTION),
                        StatusSet.NONE,
                        Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE"),
                        new BackoffConfig(Duration.ofMillis(25), Duration.ofMillis(250), BackoffConfig.Jitter.FULL),
                        true,
                        DataSize.ofKiB(64),
                        Optional.of(new BudgetConfig(new Share(20), 3, Duration.ofSeconds(10)))));
        assertThat(policies.hedge()).isEmpty();
        assertThat(policies.circuitBreaker()).isEmpty();
        assertThat(policies.bulkhead()).isEmpty();
        assertThat(policies.rateLimit()).isEmpty();
        assertThat(policies.concurrency()).isEmpty();
        assertThat(policies.priority()).isEmpty();
        assertThat(policies.idempotency()).isEmpty();
        assertThat(policies.fallback()).isEmpty();
        assertThat(policies.slo()).isEmpty();
    }

    @Test
    void aRetryThatIsGivenMeansAllConditions() {
        RetryConfig retry = Yaml.route("retry: {attempts: 5}").retry().orElseThrow();
        assertThat(retry.attempts()).isEqualTo(5);
        assertThat(retry.on()).containsExactly(Condition.values());
        assertThat(retry.statuses()).isEqualTo(StatusSet.of(502, 503, 504));
    }

    @Test
    void aTimeoutThatIsGivenInPartKeepsTheRestOfTheDefault() {
        assertThat(Yaml.route("timeout: {attempt: 1s}").timeout())
                .contains(new TimeoutConfig(
                        Duration.ofSeconds(30), Optional.of(Duration.ofSeconds(1)), Duration.ofSeconds(60)));
    }

    @Test
    void aRouteTakesWholeKeysOfDefaultsOrNone() {
        OutriggerConfig config = Yaml.config(Yaml.SMALLEST + """
                defaults:
                  timeout: {request: 9s, attempt: 1s, idle: 3s}
                  retry: {attempts: 7, budget: off}
                routes:
                  - {name: none, upstream: app}
                  - {name: own, upstream: app, timeout: {request: 5s}, retry: {attempts: 2}}
                  - {name: off, upstream: app, timeout: off, retry: off}
                """);
        RouteConfig none = config.routes().getFirst();
        assertThat(none.policies()).isEqualTo(config.defaults());
        assertThat(none.retry().orElseThrow().attempts()).isEqualTo(7);
        assertThat(none.retry().orElseThrow().budget()).isEmpty();
        RouteConfig own = config.routes().get(1);
        assertThat(own.timeout())
                .contains(new TimeoutConfig(Duration.ofSeconds(5), Optional.empty(), Duration.ofSeconds(60)));
        assertThat(own.retry().orElseThrow().attempts()).isEqualTo(2);
        assertThat(own.retry().orElseThrow().budget()).isPresent();
        RouteConfig off = config.routes().get(2);
        assertThat(off.timeout()).isEmpty();
        assertThat(off.retry()).isEmpty();
    }

    @Test
    void defaultsHoldWhereverTheyStandInTheFile() {
        String defaults = "defaults: {timeout: {request: 9s}}\n";
        String routes = "routes: [{name: a, upstream: app}]\n";
        assertThat(Yaml.config(routes + Yaml.SMALLEST + defaults))
                .isEqualTo(Yaml.config(defaults + Yaml.SMALLEST + routes));
    }

    @Test
    void whatNoRouteTakesGoesToTheListenersUpstreamUnderTheDefaults() {
        OutriggerConfig config = Yaml.config(Yaml.SMALLEST + "defaults: {timeout: {request: 9s}}\n");
        RouteConfig unmatched = config.unmatched(config.listeners().getFirst()).orElseThrow();
        assertThat(unmatched.name()).isEqualTo("listener:out");
        assertThat(unmatched.match()).isEqualTo(MatchConfig.everything());
        assertThat(unmatched.target()).isEqualTo(new RouteTarget.One("app"));
        assertThat(unmatched.policies()).isEqualTo(config.defaults());
    }

    @Test
    void withoutAnUpstreamOfTheListenerThereIsNothingForTheRest() {
        OutriggerConfig config =
                Yaml.config(Yaml.SMALLEST.replace("    upstream: app\n", "") + "routes: [{name: a, upstream: app}]\n");
        assertThat(config.unmatched(config.listeners().getFirst())).isEmpty();
    }
}
