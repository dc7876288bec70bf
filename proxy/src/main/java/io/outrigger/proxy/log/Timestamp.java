package io.outrigger.proxy.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Writes instants as RFC 3339 says, in UTC with milliseconds; remembers the second. Confined to one loop. */
final class Timestamp {
    /** Of {@code 2026-01-31T23:59:59.999Z}. */
    static final int LENGTH = 24;

    private static final int SECONDS = 19; // the length up to the seconds

    private byte[] text = new byte[0]; // of second
    private long second = Long.MIN_VALUE;

    /** Tells where the next byte would go. For the years 0 to 9999. */
    int write(long epochMillis, byte[] into, int at) {
        long now = Math.floorDiv(epochMillis, 1000);
        if (now != second) {
            text = Instant.ofEpochSecond(now).toString().getBytes(StandardCharsets.US_ASCII);
            second = now;
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
}
