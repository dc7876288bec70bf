package io.outrigger.proxy.demo;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * As much of a request as the flaky server understands: its first line, and the two fields that matter to it. Immutable.
 *
 * @param attempt words about which attempt of an exchange this is; empty for the first
 * @param persistent whether another request may follow on the connection; a chunked or long body is left unread
 */
record ReceivedRequest(String line, String attempt, boolean persistent) {
    private static final int LONGEST_LINE = 8192;
    private static final int MOST_LINES = 200;
    private static final long LONGEST_BODY = 1024 * 1024;

    /** Null at the end of the connection. */
    static @Nullable ReceivedRequest read(InputStream in) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        String attempt = "";
        long length = 0;
        boolean persistent = true;
        for (int lines = 0; lines < MOST_LINES; lines++) {
            String line = line(in);
            String field = line.toLowerCase(Locale.ROOT);
            if (line.isEmpty()) {
                if (persistent) {
                    in.skipNBytes(length);
                }
                return new ReceivedRequest(first, attempt, persistent);
            } else if (field.startsWith("content-length:")) {
                length = Long.parseLong(value(line)); // the proxy has checked it
                persistent &= length <= LONGEST_BODY;
            } else if (field.startsWith("transfer-encoding:") || field.equals("connection: close")) {
                persistent = false;
            } else if (field.startsWith("x-outrigger-attempt:")) {
                attempt = ", attempt " + value(line);
            }
        }
        throw new IOException("more than " + MOST_LINES + " header lines");
    }

    boolean isHead() {
        return line.startsWith("HEAD ");
    }

    private static String value(String line) {
        return line.substring(line.indexOf(':') + 1).strip();
    }

    /** Without its end; empty at the end of the connection. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (line.length() == LONGEST_LINE) {
                throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }
}
