package io.outrigger.filter.retry;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the field Retry-After: seconds, or a date in one of the three formats of RFC 9110 §5.6.7, IMF-fixdate and
 * two obsolete ones. Immutable.
 */
final class RetryAfter {
    private static final int DIGITS_MOST = 9; // 31 years
    private static final Duration FOREVER = Duration.ofSeconds(1_000_000_000);

    // what follows the day of the week, which says nothing new
    private static final DateTimeFormatter IMF_FIXDATE = format("dd MMM uuuu HH:mm:ss 'GMT'");
    private static final DateTimeFormatter RFC_850 = format("dd-MMM-uu HH:mm:ss 'GMT'");
    private static final DateTimeFormatter ASCTIME = format("MMM ppd HH:mm:ss uuuu");
    private static final List<DateTimeFormatter> FORMATS = List.of(IMF_FIXDATE, RFC_850, ASCTIME);

    private RetryAfter() {}

    /**
     * How long to wait; zero for a time that has passed, null when the value makes no sense.
     *
     * @param date the field Date of the same response, against which a date is measured where it makes sense: the
     *     sender's clock may be wrong, but it is the same one
     */
    static @Nullable Duration delay(String value, @Nullable String date, Instant now) {
        if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return value.length() > DIGITS_MOST ? FOREVER : Duration.ofSeconds(Integer.parseInt(value));
        }
        Instant until = instant(value, now);
        if (until == null) {
            return null;
        }
        Instant sent = date == null ? null : instant(date, now);
        Duration delay = Duration.between(sent == null ? now : sent, until);
        if (delay.isNegative()) {
            return Duration.ZERO;
        }
        return delay.compareTo(FOREVER) > 0 ? FOREVER : delay;
    }

    private static @Nullable Instant instant(String text, Instant now) {
        String behindTheDay = text.substring(text.indexOf(' ') + 1);
        for (DateTimeFormatter format : FORMATS) {
            LocalDateTime time;
            try {
                time = LocalDateTime.parse(behindTheDay, format);
            } catch (DateTimeParseException inAnotherFormatOrNone) {
                continue;
            }
            return (format == RFC_850 ? near(now, time) : time).toInstant(ZoneOffset.UTC);
        }
        return null;
    }

    /** A year of two digits that seems to be more than 50 years ahead is in the past (RFC 9110 §5.6.7). */
    private static LocalDateTime near(Instant now, LocalDateTime time) {
        LocalDateTime tooFar = LocalDateTime.ofInstant(now, ZoneOffset.UTC).plusYears(50);
        return time.isAfter(tooFar) ? time.minusYears(100) : time;
    }

    private static DateTimeFormatter format(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.US).withResolverStyle(ResolverStyle.STRICT);
    }
}
