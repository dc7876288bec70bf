package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.metrics.Buckets;
import io.outrigger.metrics.ConfigMeters;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsPageTest {
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final Metrics metrics = new Metrics(2);
    private final MetricsPage page = new MetricsPage(metrics);

    @AfterEach
    void close() {
        page.close();
    }

    private List<String> scrape(String accept) {
        Content[] shown = new Content[1];
        page.show(new Ask(Map.of(), Map.of(), accept, new byte[0]), content -> shown[0] = content);
        return new String(shown[0].bytes(), StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void countersAndGaugesKeepTheirNamesInBothFormats() {
        metrics.counters("a_total", "Counts.", "route").with("r\"\\\n").add(1, 3);
        metrics.loopGauges("b", "Gauges.").with().increment(0);

        assertThat(scrape(""))
                .contains("# HELP a_total Counts.", "# TYPE a_total counter", "a_total{route=\"r\\\"\\\\\\n\"} 3.0")
                .contains("# TYPE b gauge", "b 1.0");
        assertThat(scrape(OPEN_METRICS))
                .contains("# TYPE a counter", "# HELP a Counts.", "a_total{route=\"r\\\"\\\\\\n\"} 3.0")
                .contains("# TYPE b gauge", "b 1.0")
                .endsWith("# EOF");
    }

    @Test
    void histogramsHaveCumulativeBucketsCountSumAndUnit() {
        var family = metrics.histograms("d_seconds", "Durations.", Buckets.DURATIONS, "route");
        family.with("r").record(0, 2_000_000);
        family.with("r").record(1, 40_000_000_000L);

        assertThat(scrape(""))
                .contains("# TYPE d_seconds histogram")
                .containsSubsequence(
                        "d_seconds_bucket{route=\"r\",le=\"0.001\"} 0",
                        "d_seconds_bucket{route=\"r\",le=\"0.0025\"} 1",
                        "d_seconds_bucket{route=\"r\",le=\"30.0\"} 1",
                        "d_seconds_bucket{route=\"r\",le=\"+Inf\"} 2")
                .contains("d_seconds_count{route=\"r\"} 2", "d_seconds_sum{route=\"r\"} 40.002");
        assertThat(scrape(OPEN_METRICS)).contains("# TYPE d_seconds histogram", "# UNIT d_seconds seconds");
    }

    @Test
    void factsAreInfos() {
        new ConfigMeters(metrics).started("0f1e", Instant.ofEpochSecond(1));

        assertThat(scrape("")).contains("outrigger_config_info{hash=\"0f1e\"} 1");
        assertThat(scrape(OPEN_METRICS))
                .contains("# TYPE outrigger_config info", "outrigger_config_info{hash=\"0f1e\"} 1");
    }

    @Test
    void aFamilyWithoutSeriesIsNotShownAndARetiredSeriesDisappears() {
        Family<Counter> family = metrics.counters("a_total", "Counts.", "route");
        assertThat(scrape("")).noneMatch(line -> line.contains("a_total"));

        family.with("r").increment(0);
        assertThat(scrape("")).anyMatch(line -> line.startsWith("a_total"));

        family.retire(labels -> true);
        assertThat(scrape("")).noneMatch(line -> line.contains("a_total"));
    }

    @Test
    void theProcessAndItsVirtualMachineAreShown() {
        ProcessMeters.register(metrics, "1.2.3");

        List<String> lines = scrape("");
        for (String name : List.of(
                "process_cpu_seconds_total ",
                "process_resident_memory_bytes ",
                "process_open_fds ",
                "process_max_fds ",
                "process_start_time_seconds ",
                "jvm_memory_used_bytes{",
                "jvm_threads_live_threads ",
                "jvm_gc_memory_allocated_bytes_total ")) {
            assertThat(lines).anySatisfy(line -> {
                assertThat(line).startsWith(name);
                assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                        .isNotNegative();
            });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "''                                                                        | TEXT",
                "*/*                                                                       | TEXT",
                "text/html,application/xhtml+xml,*/*;q=0.8                                 | TEXT",
                "application/openmetrics-text                                              | OPEN_METRICS",
                "Application/OpenMetrics-Text; version=1.0.0                               | OPEN_METRICS",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3,*/*;q=1 | OPEN_METRICS",
                "application/openmetrics-text;q=0.3,text/plain;version=0.0.4;q=0.9         | TEXT",
                "application/openmetrics-text;q=0                                          | TEXT",
                "application/openmetrics-text;q=x                                          | TEXT",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;q=0.7,application/openmetrics-text;q=0.6,text/plain;q=0.4 | OPEN_METRICS"
            })
    void theFormatIsTheOneThatTheScraperLikesBest(String accept, MetricsFormat format) {
        assertThat(MetricsFormat.of(accept)).isSameAs(format);
    }
}
