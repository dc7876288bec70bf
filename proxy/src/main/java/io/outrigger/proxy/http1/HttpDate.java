package io.outrigger.proxy.http1;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Writes dates as HTTP has them (IMF-fixdate, RFC 9110 §5.6.7). By hand, because the formats of the JDK bring the names
 * and rules of its locales along: more than a megabyte in a process that only says what day it is. Immutable.
 */
final class HttpDate {
    private static final int SECONDS_OF_A_DAY = 24 * 60 * 60;
    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private final byte[] text = new byte["Sun, 06 Nov 1994 08:49:37 GMT".length()];
    private int length;

    private HttpDate() {}

    /** For the years 0 to 9999. */
    static byte[] of(long epochSecond) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
        HttpDate date = new HttpDate();
        long days = Math.floorDiv(epochSecond, SECONDS_OF_A_DAY);
        int day =
                Math.floorMod(days + 3, 7) + 1; // 1970 began with a Thursday; asked of a date it brings a format along
        date.name(DAYS, day).text(", ");
        date.two(time.getDayOfMonth()).text(" ");
        date.name(MONTHS, time.getMonthValue()).text(" ");
        date.two(time.getYear() / 100).two(time.getYear() % 100).text(" ");
        date.two(time.getHour()).text(":").two(time.getMinute()).text(":").two(time.getSecond());
        return date.text(" GMT").text;
    }

    private HttpDate name(String names, int number) {
        return text(names.substring(3 * number - 3, 3 * number));
    }

    private HttpDate two(int number) {
        text[length++] = (byte) ('0' + number / 10);
        text[length++] = (byte) ('0' + number % 10);
        return this;
    }

    private HttpDate text(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            text[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }
}
