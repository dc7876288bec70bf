package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What begins an experiment. */
class ExperimentConfigTest {
    private static final String LEAST =
            "{\"id\": \"slow-charge\", \"route\": \"charge\", \"percentage\": \"5%\", \"fault\": [{\"abort\": 503}], \"duration\": \"10m\"}";

    @Test
    void theLeastIsARouteAShareAFaultAndATime() {
        assertThat(Yaml.value(ExperimentConfig.BLOCK, LEAST))
                .isEqualTo(new ExperimentConfig(
                        "slow-charge",
                        "charge",
                        new FaultConfig(
                                new Share(5),
                                false,
                                FaultMatch.everything(),
                                List.of(new Fault.Abort(503)),
                                Optional.empty()),
                        Duration.ofMinutes(10),
                        Optional.empty(),
                        HaltConfig.never()));
    }

    @Test
    void everyKeyIsRead() {
        assertThat(Yaml.value(ExperimentConfig.BLOCK, """
                {"id": "x", "route": "listener:out", "percentage": "50%", "force": true, "maxConcurrent": 3,
                 "match": {"methods": ["GET"], "headers": {"X-Tenant": "acme"}},
                 "fault": [{"latency": "500ms", "jitter": "100ms"}, {"throttle": "64KiB"}],
                 "duration": "1h", "ramp": "30s",
                 "haltWhen": {"burnRate": 14.4, "circuitOpen": true,
                              "statusCheck": {"url": "http://127.0.0.1:1/ok", "interval": "2s", "failures": 5}}}
                """))
                .isEqualTo(new ExperimentConfig(
                        "x",
                        "listener:out",
                        new FaultConfig(
                                new Share(50),
                                true,
                                new FaultMatch(Set.of("GET"), Map.of("x-tenant", new ValueMatch.Exact("acme"))),
                                List.of(
                                        new Fault.Latency(Duration.ofMillis(500), Duration.ofMillis(100)),
                                        new Fault.Throttle(DataSize.ofKiB(64))),
                                Optional.of(3)),
                        Duration.ofHours(1),
                        Optional.of(Duration.ofSeconds(30)),
                        new HaltConfig(
                                Optional.of(14.4),
                                true,
                                Optional.of(new HaltConfig.StatusCheck(
                                        URI.create("http://127.0.0.1:1/ok"), Duration.ofSeconds(2), 5)))));
    }

    @Test
    void aStatusCheckHasDefaults() {
        ExperimentConfig config = Yaml.value(
                ExperimentConfig.BLOCK,
                LEAST.replace("\"10m\"}", "\"10m\", \"haltWhen\": {\"statusCheck\": {\"url\": \"http://a\"}}}"));
        assertThat(config.haltWhen().statusCheck())
                .contains(new HaltConfig.StatusCheck(URI.create("http://a"), Duration.ofSeconds(1), 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"10m\"|\"61m\"|duration: \"61m\" (expected: whole seconds, 1s to 1h)",
                "\"10m\"|\"500ms\"|duration: \"500ms\" (expected: whole seconds, 1s to 1h)",
                ", \"duration\": \"10m\"||duration: missing (expected: a duration with its unit: ms, s, m, h or d; whole seconds, 1s to 1h)",
                "\"5%\"|\"21%\"|percentage: 21% (expected: at most 20%, or force)",
                "\"10m\"|\"10m\", \"ramp\": \"11m\"|ramp: 11m (expected: at most duration, 10m)",
                "\"slow-charge\"|\"a b\"|id: \"a b\" (expected: a name of letters, digits, dots, hyphens and underscores, 128 at most)",
                "\"10m\"|\"10m\", \"haltWhen\": {\"burnRate\": 0.5}|haltWhen.burnRate: 0.5 (expected: 1 to 100000)",
                "\"10m\"|\"10m\", \"haltWhen\": {\"statusCheck\": {\"url\": \"ftp://a\"}}|haltWhen.statusCheck.url: \"ftp://a\" (expected: an http:// or https:// URL)",
                "\"10m\"|\"10m\", \"haltWhen\": {\"statusCheck\": {\"url\": \"http://a_b/\"}}|haltWhen.statusCheck.url: http://a_b/ (expected: a host without underscores, and a port from 1 to 65535 or none)",
                "\"10m\"|\"10m\", \"haltWhen\": {\"statusCheck\": {\"url\": \"http://a:70000/\"}}|haltWhen.statusCheck.url: http://a:70000/ (expected: a host without underscores, and a port from 1 to 65535 or none)",
                "\"10m\"|\"10m\", \"haltWhen\": {\"circuitOpened\": true}|haltWhen.circuitOpened: unknown key (did you mean circuitOpen?)",
            })
    void whatIsWrongIsTold(String here, String there, String problem) {
        assertThat(Yaml.problemsOf(ExperimentConfig.BLOCK, LEAST.replace(here, there == null ? "" : there)))
                .containsExactly(problem);
    }
}
