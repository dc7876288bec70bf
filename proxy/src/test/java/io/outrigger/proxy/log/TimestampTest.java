package io.outrigger.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTest {
    private final Timestamp timestamp = new Timestamp();

    private String written(long epochMillis) {
        byte[] line = new byte[Timestamp.LENGTH + 2];
        assertThat(timestamp.write(epochMillis, line, 1)).isEqualTo(Timestamp.LENGTH + 1);
        return new String(line, 1, Timestamp.LENGTH, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00.000Z",
                "1969-12-31T23:59:59.999Z",
                "2026-01-31T23:59:59.999Z",
                "2024-02-29T12:00:00.001Z",
                "2100-03-01T09:08:07.060Z",
                "0000-01-01T00:00:00.000Z",
                "9999-12-31T23:59:59.999Z"
            })
    void isWrittenAsTheStandardSays(String text) {
        assertThat(written(Instant.parse(text).toEpochMilli())).isEqualTo(text);
    }

    @Test
    void agreesWithTheJdkForAnySecondInAnyOrder() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long second = random.nextLong(-62_167_219_200L, 253_402_300_800L); // the years 0 to 9999
            String expected = Instant.ofEpochSecond(second).toString().replace("Z", ".042Z");
            assertThat(written(second * 1000 + 42)).isEqualTo(expected);
        }
    }
}
