package io.outrigger.exchange;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes on its server: {@code /path?query}, or {@code *}. The very bytes that were received; they
 * become a string only when somebody asks. Confined to one loop.
 */
public final class Target {
    private final byte[] bytes;
    private final int from;
    private final int to;
    private final int pathTo; // where the query's question mark stands, or to
    private @Nullable String text; // null until asked for

    public Target(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        int end = from;
        while (end < to && bytes[end] != '?') {
            end++;
        }
        this.pathTo = end;
    }

    public static Target of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Target(bytes, 0, bytes.length);
    }

    /** In bytes. */
    public int length() {
        return to - from;
    }

    /** The length of the path in bytes, without the question mark. */
    public int pathLength() {
        return pathTo - from;
    }

    public byte at(int index) {
        return bytes[from + index];
    }

    /** Whether the target begins with these bytes. */
    public boolean startsWith(byte[] prefix) {
        if (prefix.length > length()) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (bytes[from + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /** Copies all bytes from {@code skip} on to an array, and tells where the next one would go. */
    public int copyTo(int skip, byte[] into, int at) {
        System.arraycopy(bytes, from + skip, into, at, length() - skip);
        return at + length() - skip;
    }

    /** Without the query. */
    public String path() {
        return new String(bytes, from, pathTo - from, StandardCharsets.ISO_8859_1);
    }

    /** What follows the question mark; null when there is none. */
    public @Nullable String query() {
        return pathTo == to ? null : new String(bytes, pathTo + 1, to - pathTo - 1, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        if (text == null) {
            text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }
        return text;
    }
}
