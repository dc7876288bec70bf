package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.key.Durations;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    private static final Durations ANY = Durations.fromZeroUpTo(Duration.ofDays(365));

    @ParameterizedTest
    @CsvSource({
        "0s, 0, 0s",
        "1ms, 1, 1ms",
        "0.001s, 1, 1ms",
        "1.5s, 1500, 1s500ms",
        "1500ms, 1500, 1s500ms",
        "60s, 60000, 1m",
        "1m30s, 90000, 1m30s",
        "90s, 90000, 1m30s",
        "0.5h, 1800000, 30m",
        "1h0m1s, 3601000, 1h1s",
        "1d, 86400000, 24h",
        "36h, 129600000, 36h",
        "2d, 172800000, 2d",
        "2d1h, 176400000, 49h",
        "30d, 2592000000, 30d",
        "1d2h3m4s5ms, 93784005, 26h3m4s5ms"
    })
    void areReadAndWritten(String text, long millis, String written) {
        Duration duration = Yaml.value(ANY, text);
        assertThat(duration).isEqualTo(Duration.ofMillis(millis));
        assertThat(Durations.format(duration)).isEqualTo(written);
        assertThat(Yaml.value(ANY, written)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s", "1", "1S", "1 s", "1s1h", "1s1s", "1.s", ".5s", "1..5s", "-1s", "+1s", "1e3s", "1s5", "1µs", "١s",
                "P1D", "12:30"
            })
    void areNothingElse(String text) {
        assertThat(Yaml.problemsOf(ANY, text))
                .containsExactly(text + " (expected: a duration with its unit: ms, s, m, h or d; 0s to 365d)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.5ms", "1.0005s", "0.0000001h"})
    void areWholeMilliseconds(String text) {
        assertThat(Yaml.problemsOf(ANY, text)).containsExactly(text + " (expected: whole milliseconds)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"366d", "999999999999999d", "999999999999999d999999999999999h", "365d1ms"})
    void haveAnEnd(String text) {
        assertThat(Yaml.problemsOf(ANY, text)).containsExactly(text + " (expected: 0s to 365d)");
    }

    @Test
    void ofTooManyDigitsAreNoNumbers() {
        assertThat(Yaml.problemsOf(ANY, "1".repeat(40) + "s"))
                .singleElement()
                .asString()
                .contains("a duration with its unit");
    }
}
