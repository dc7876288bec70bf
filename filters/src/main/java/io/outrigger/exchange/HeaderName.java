package io.outrigger.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The name of a field, ready to be compared with the bytes of a head without regard to case. Immutable. */
public final class HeaderName {
    private final String lower;
    private final byte[] bytes; // of lower
    private final int hash;

    private HeaderName(String lower) {
        this.lower = lower;
        this.bytes = lower.getBytes(StandardCharsets.ISO_8859_1);
        this.hash = lower.hashCode();
    }

    public static HeaderName of(String name) {
        return new HeaderName(name.toLowerCase(Locale.ROOT));
    }

    /** The hash of the lower-case name, as {@link String#hashCode} makes it. */
    public int hash() {
        return hash;
    }

    public int length() {
        return bytes.length;
    }

    /** Whether the bytes from {@code at} on are this name; there must be {@link #length()} of them. */
    public boolean is(byte[] head, int at) {
        for (int i = 0; i < bytes.length; i++) {
            int b = head[at + i];
            if (b != bytes[i] && (b < 'A' || b > 'Z' || (b | 0x20) != bytes[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HeaderName that && lower.equals(that.lower);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** In lower case. */
    @Override
    public String toString() {
        return lower;
    }
}
