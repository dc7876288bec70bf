package io.outrigger.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConfigMetersTest {
    private final Metrics metrics = new Metrics(1);
    private final ConfigMeters meters = new ConfigMeters(metrics);

    private Map<String, Double> scrape() {
        Map<String, Double> all = new TreeMap<>();
        for (Family<?> family : metrics.families()) {
            family.series()
                    .forEach((labels, series) -> all.put(
                            family.name().replace("outrigger_config_", "") + labels,
                            series instanceof Reading reading
                                    ? reading.value()
                                    : (double) ((SharedCounter) series).total()));
        }
        return all;
    }

    @Test
    void aStartIsNoReload() {
        meters.started("abc", Instant.ofEpochMilli(1_500));

        assertThat(scrape())
                .isEqualTo(Map.of(
                        "info[abc]", 1.0,
                        "last_reload_successful[]", 1.0,
                        "last_reload_timestamp_seconds[]", 1.5,
                        "reloads_total[success]", 0.0,
                        "reloads_total[failure]", 0.0));
    }

    @Test
    void aReloadReplacesTheHash() {
        meters.started("abc", Instant.ofEpochMilli(1_500));
        meters.reloaded("def", Instant.ofEpochMilli(2_500));

        assertThat(scrape())
                .containsEntry("info[def]", 1.0)
                .doesNotContainKey("info[abc]")
                .containsEntry("last_reload_timestamp_seconds[]", 2.5)
                .containsEntry("reloads_total[success]", 1.0);
    }

    @Test
    void aRefusedFileIsShownUntilAGoodOneIsThereAgain() {
        meters.started("abc", Instant.ofEpochMilli(1_500));
        meters.refused();
        assertThat(scrape())
                .containsEntry("last_reload_successful[]", 0.0)
                .containsEntry("last_reload_timestamp_seconds[]", 1.5)
                .containsEntry("reloads_total[failure]", 1.0)
                .containsEntry("info[abc]", 1.0);

        meters.restored();
        assertThat(scrape()).containsEntry("last_reload_successful[]", 1.0);
    }
}
