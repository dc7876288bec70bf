package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkbenchTest {
    private Instant now = Instant.parse("1994-11-06T08:49:37.999Z");
    private final Workbench bench = new Workbench(() -> now);

    private String date() {
        return new String(bench.date(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theDateHasTheFormOfTheStandard() {
        assertThat(date()).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT"); // the example of RFC 9110 §5.6.7
        now = Instant.parse("2026-02-28T23:59:59Z");
        assertThat(date()).isEqualTo("Sat, 28 Feb 2026 23:59:59 GMT");
    }

    @Test
    void theDateAgreesWithTheJdkForAnySecond() {
        DateTimeFormatter format = DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            now = Instant.ofEpochSecond(random.nextLong(-62_167_219_200L, 253_402_300_800L)); // the years 0 to 9999
            assertThat(date()).isEqualTo(format.format(now));
        }
    }

    @Test
    void theDateIsMadeOnceASecond() {
        byte[] first = bench.date();
        now = Instant.parse("1994-11-06T08:49:37Z");
        assertThat(bench.date()).isSameAs(first);
        now = Instant.parse("1994-11-06T08:49:38Z");
        assertThat(date()).isEqualTo("Sun, 06 Nov 1994 08:49:38 GMT");
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "4096, 4096", "4097, 8192", "8192, 8192", "65537, 131072"})
    void theScratchArrayGrowsByDoubling(int asked, int length) {
        assertThat(bench.scratch(asked)).hasSize(length);
        assertThat(bench.scratch(1)).hasSize(length);
    }
}
