package io.outrigger.proxy.route;

import org.jspecify.annotations.Nullable;

/** The name in a request's Host, in its spelling, ready to be compared with many others. Immutable. */
final class RequestedHost {
    private final String text;
    private final int from;
    private final int length;
    private final int hash;

    /** Of {@code name:port}, or {@code [address]:port}; a last dot only says that the name is complete. */
    private RequestedHost(String text) {
        boolean bracketed = text.startsWith("[");
        int end = text.indexOf(bracketed ? ']' : ':');
        end = end < 0 ? text.length() : end;
        this.text = text;
        this.from = bracketed ? 1 : 0;
        this.length = Math.max(0, (end > from && text.charAt(end - 1) == '.' ? end - 1 : end) - from);
        this.hash = hash(text, from, length);
    }

    /** Null when there is no Host. */
    static @Nullable RequestedHost of(@Nullable String field) {
        return field == null ? null : new RequestedHost(field);
    }

    /** Whether it is that name, whose hash is given for that. */
    boolean is(String name, int hashOfName) {
        return hash == hashOfName && length == name.length() && text.regionMatches(true, from, name, 0, length);
    }

    /** Whether it is longer than a suffix, which begins with a dot, and ends with it. */
    boolean endsWith(String suffix) {
        int rest = length - suffix.length();
        return rest > 0
                && text.charAt(from + rest) == '.'
                && text.regionMatches(true, from + rest, suffix, 0, suffix.length());
    }

    static int hash(String name) {
        return hash(name, 0, name.length());
    }

    /** The same for both cases of a letter. */
    private static int hash(String text, int from, int length) {
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + (text.charAt(i) | 0x20);
        }
        return hash;
    }
}
