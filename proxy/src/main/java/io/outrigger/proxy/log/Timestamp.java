package io.outrigger.proxy.log;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Writes instants as RFC 3339 says, in UTC with milliseconds; remembers the second. By hand, because the formats of the
 * JDK bring the rules of its locales along, which no line of a log needs. Confined to one loop.
 */
final class Timestamp {
    /** Of {@code 2026-01-31T23:59:59.999Z}. */
    static final int LENGTH = 24;

    private static final int SECONDS = 19; // the length up to the seconds

    private final byte[] text = "0000-00-00T00:00:00".getBytes(StandardCharsets.US_ASCII); // of second
    private long second = Long.MIN_VALUE;

    /** Tells where the next byte would go. For the years 0 to 9999. */
    int write(long epochMillis, byte[] into, int at) {
        long now = Math.floorDiv(epochMillis, 1000);
        if (now != second) {
            remember(now);
        }
        System.arraycopy(text, 0, into, at, SECONDS);
        int millis = Math.floorMod(epochMillis, 1000);
        into[at + SECONDS] = '.';
        into[at + SECONDS + 1] = (byte) ('0' + millis / 100);
        into[at + SECONDS + 2] = (byte) ('0' + millis / 10 % 10);
        into[at + SECONDS + 3] = (byte) ('0' + millis % 10);
        into[at + SECONDS + 4] = 'Z';
        return at + LENGTH;
    }

    private void remember(long now) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(now, 0, ZoneOffset.UTC);
        two(0, time.getYear() / 100);
        two(2, time.getYear() % 100);
        two(5, time.getMonthValue());
        two(8, time.getDayOfMonth());
        two(11, time.getHour());
        two(14, time.getMinute());
        two(17, time.getSecond());
        second = now;
    }

    private void two(int at, int number) {
        text[at] = (byte) ('0' + number / 10);
        text[at + 1] = (byte) ('0' + number % 10);
    }
}
