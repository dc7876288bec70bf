package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** It is 08:49:00 GMT on 6 November 1994. */
class RetryAfterTest {
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:00Z");

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "0120, 120", "86400, 86400", "999999999, 999999999", "99999999999999999999, 1000000000"
    })
    void readsSeconds(String value, long seconds) {
        assertThat(RetryAfter.delay(value, null, NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
            })
    void readsDatesInAllFormatsOfTheStandard(String value) {
        assertThat(RetryAfter.delay(value, null, NOW)).isEqualTo(Duration.ofSeconds(37));
    }

    @Test
    void readsAsctimeWithADayOfTwoDigits() {
        assertThat(RetryAfter.delay("Wed Nov 16 08:49:00 1994", null, NOW)).isEqualTo(Duration.ofDays(10));
    }

    @Test
    void aTimeThatHasPassedIsNow() {
        assertThat(RetryAfter.delay("Sun, 06 Nov 1994 08:00:00 GMT", null, NOW)).isZero();
        assertThat(RetryAfter.delay("Sun, 06 Nov 1904 08:00:00 GMT", null, NOW)).isZero();
    }

    @Test
    void aDateIsMeasuredAgainstTheClockOfItsSender() {
        String until = "Sun, 06 Nov 1994 10:00:05 GMT";
        assertThat(RetryAfter.delay(until, "Sun, 06 Nov 1994 10:00:00 GMT", NOW))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(RetryAfter.delay(until, "what?", NOW))
                .isEqualTo(Duration.ofMinutes(71).plusSeconds(5));
    }

    @Test
    void aYearOfTwoDigitsIsTheNearestThatIsNotTooFarAhead() {
        Instant later = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(RetryAfter.delay("Thursday, 01-Jan-26 00:01:00 GMT", null, later))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(RetryAfter.delay("Friday, 01-Jan-99 00:01:00 GMT", null, later))
                .isZero();
    }

    @Test
    void aDateFarAheadIsLong() {
        assertThat(RetryAfter.delay("Fri, 31 Dec 2999 23:59:59 GMT", null, NOW))
                .isEqualTo(Duration.ofSeconds(1_000_000_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "+1",
                "1.5",
                "5s",
                " 5",
                "\u0665",
                "soon",
                "Sun, 06 Nov 1994",
                "Sun, 06 Nov 1994 08:49:37 CET",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "1994-11-06T08:49:37Z"
            })
    void nonsenseIsNothing(String value) {
        assertThat(RetryAfter.delay(value, null, NOW)).isNull();
    }
}
