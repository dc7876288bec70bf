package io.outrigger.filter.idempotency;

import org.jspecify.annotations.Nullable;

/** Reads a key as clients write it. Immutable. */
final class KeyText {
    private static final int LONGEST = 255;

    private KeyText() {}

    /**
     * What a field says: a string of structured fields (RFC 9651 §3.3.3), or the bare characters. Both are the same key
     * when they say the same.
     *
     * @return 1 to 255 characters; null when it is neither
     */
    static @Nullable String parse(String field) {
        String key = field.startsWith("\"") ? quoted(field) : bare(field);
        return key != null && !key.isEmpty() && key.length() <= LONGEST ? key : null;
    }

    /** What an operator says, who may leave out the quotes that a field needs around spaces. */
    static @Nullable String named(String text) {
        String key = parse(text);
        return key != null || text.startsWith("\"")
                ? key
                : parse('"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }

    private static @Nullable String bare(String field) {
        for (int i = 0; i < field.length(); i++) {
            if (!visible(field.charAt(i))) {
                return null;
            }
        }
        return field;
    }

    private static @Nullable String quoted(String field) {
        StringBuilder key = new StringBuilder(field.length());
        int last = field.length() - 1;
        for (int i = 1; i < last; i++) {
            char c = field.charAt(i);
            if (c == '\\') {
                i++;
                c = field.charAt(i); // the last one is looked at below
                if (i == last || c != '"' && c != '\\') {
                    return null;
                }
            } else if (c == '"' || c != ' ' && !visible(c)) {
                return null;
            }
            key.append(c);
        }
        return last > 0 && field.charAt(last) == '"' ? key.toString() : null;
    }

    private static boolean visible(char c) {
        return c > ' ' && c < 127;
    }
}
