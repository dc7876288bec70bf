package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Records that did not come out of a file hold the same promises. */
class RecordsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static void rejects(String message, ThrowingCallable made) {
        assertThatThrownBy(made).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void numbersOutOfRangeAreRejected() {
        rejects(
                "maxConnections: 0 (expected: 1 to 100000)",
                () -> new PoolConfig(0, 0, SECOND, SECOND, 0, Duration.ZERO));
        rejects(
                "maxPending: -1 (expected: 0 to 1000000)",
                () -> new PoolConfig(1, -1, SECOND, SECOND, 0, Duration.ZERO));
        rejects(
                "weight: 0 (expected: 1 to 1000000)",
                () -> new EndpointConfig(new Address.Unix("/a"), 0, Optional.empty()));
        rejects("attempts: 1 (expected: 2 to 10)", () -> new HedgeConfig(HedgeConfig.Delay.Observed.P95, 1));
    }

    @Test
    void durationsAndSizesOutOfRangeAreRejected() {
        rejects(
                "maxWait: 0s (expected: 1ms to 24h)",
                () -> new PoolConfig(1, 0, Duration.ZERO, SECOND, 0, Duration.ZERO));
        rejects(
                "attempt: 25h (expected: 1ms to 24h)",
                () -> new TimeoutConfig(SECOND, Optional.of(Duration.ofHours(25)), SECOND));
        rejects(
                "window: 1s500ms (expected: whole seconds, 1s to 1h)",
                () -> new BudgetConfig(new Share(1), 1, Duration.ofMillis(1500)));
        rejects(
                "headerBytes: 2MiB (expected: 256B to 1MiB)",
                () -> new LimitsConfig(1, DataSize.ofMiB(2), 1, DataSize.ofKiB(1), SECOND, SECOND, SECOND));
    }

    @Test
    void contradictionsAreRejected() {
        rejects(
                "max: 1 (expected: at least min, 2)",
                () -> new ConcurrencyConfig(ConcurrencyConfig.Algorithm.GRADIENT, 2, 1));
        rejects(
                "split: no weight (expected: one above 0 at least)",
                () -> new RouteTarget.Split(List.of(new RouteTarget.Part("a", 0))));
        rejects(
                "address: 10.0.0.1:1 (expected: a loopback address, or tokenFile besides)",
                () -> new AdminConfig(new Address.Tcp("10.0.0.1", 1), Optional.empty(), List.of()));
        rejects(
                "percentage: 21% (expected: at most 20%, or force)",
                () -> new FaultConfig(new Share(21), false, FaultMatch.everything(), List.of(), Optional.empty()));
        rejects(
                "certFile: without keyFile (expected: both or none)",
                () -> new UpstreamTlsConfig(
                        Optional.empty(),
                        Optional.of(java.nio.file.Path.of("a")),
                        Optional.empty(),
                        Optional.empty(),
                        UpstreamTlsConfig.MinVersion.TLS_1_2));
    }

    @Test
    void smallTypesKnowTheirLimits() {
        rejects("port: 65536 (expected: 0 to 65535)", () -> new Address.Tcp("a", 65536));
        rejects("host: nothing (expected: a name or an IP address)", () -> new Address.Tcp("", 1));
        rejects("path: a (expected: an absolute path)", () -> new Address.Unix("a"));
        rejects("size: -1B (expected: 0B or more)", () -> new DataSize(-1));
        rejects("share: NaN% (expected: 0% to 100%)", () -> new Share(Double.NaN));
        rejects("status: 99-200 (expected: within 100 to 599)", () -> new StatusSet.Range(99, 200));
        rejects("status: 500-400 (expected: within 100 to 599)", () -> new StatusSet.Range(500, 400));
    }

    @Test
    void smallTypesAreWrittenAsTheyAreRead() {
        assertThat(new Address.Tcp("::1", 80)).hasToString("[::1]:80");
        assertThat(new Address.Unix("/run/a.sock")).hasToString("unix:/run/a.sock");
        assertThat(List.of(new DataSize(0), new DataSize(1000), DataSize.ofKiB(64), DataSize.ofMiB(1024)))
                .hasToString("[0B, 1000B, 64KiB, 1GiB]");
        assertThat(List.of(new Share(20), new Share(99.9), new Share(0))).hasToString("[20%, 99.9%, 0%]");
        assertThat(new Share(2.5).fraction()).isEqualTo(0.025);
        assertThat(StatusSet.of(List.of(new StatusSet.Range(500, 599), new StatusSet.Range(429, 429))))
                .hasToString("[500-599, 429]");
    }

    @Test
    void aSetOfStatusesIsWhatItContainsHoweverItIsWritten() {
        StatusSet some = StatusSet.of(List.of(new StatusSet.Range(502, 504)));
        assertThat(some).isEqualTo(StatusSet.of(504, 503, 502)).isNotEqualTo(StatusSet.of(502));
        assertThat(some.contains(502)).isTrue();
        assertThat(some.contains(504)).isTrue();
        assertThat(some.contains(501)).isFalse();
        assertThat(some.contains(505)).isFalse();
        assertThat(some.contains(-1)).isFalse();
        assertThat(StatusSet.NONE.isEmpty()).isTrue();
    }

    @Test
    void collectionsAreCopiedInTheirOrder() {
        Set<String> methods = new java.util.LinkedHashSet<>(List.of("PUT", "GET"));
        Map<String, ValueMatch> headers = new java.util.LinkedHashMap<>(Map.of("b", new ValueMatch.Present(true)));
        MatchConfig match = new MatchConfig(List.of(), Optional.empty(), methods, headers, Map.of());
        methods.add("POST");
        headers.clear();
        assertThat(match.methods()).containsExactly("PUT", "GET");
        assertThat(match.headers()).containsOnlyKeys("b");
    }
}
