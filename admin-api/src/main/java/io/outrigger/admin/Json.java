package io.outrigger.admin;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree of maps, lists, strings, numbers and truth values as JSON (RFC 8259), indented for people. By hand,
 * because a probe is not worth the megabytes and the half second that a library takes for its first document.
 * Immutable.
 */
final class Json {
    private static final String INDENT = "  ";

    private Json() {}

    static byte[] bytes(Object tree) {
        StringBuilder text = new StringBuilder(256);
        write(text, tree, "\n");
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(StringBuilder text, @Nullable Object value, String line) {
        switch (value) {
            case null -> text.append("null");
            case Map<?, ?> map -> members(text, map, line);
            case Iterable<?> list -> elements(text, list, line);
            case Double number when !Double.isFinite(number) -> text.append("null"); // JSON has no such number
            case Number number -> text.append(number);
            case Boolean truth -> text.append(truth);
            default -> string(text, value.toString());
        }
    }

    private static void members(StringBuilder text, Map<?, ?> map, String line) {
        String inner = line + INDENT;
        String before = inner;
        text.append('{');
        for (Map.Entry<?, ?> member : map.entrySet()) {
            text.append(before);
            string(text, String.valueOf(member.getKey()));
            text.append(": ");
            write(text, member.getValue(), inner);
            before = "," + inner;
        }
        text.append(map.isEmpty() ? "" : line).append('}');
    }

    private static void elements(StringBuilder text, Iterable<?> list, String line) {
        String inner = line + INDENT;
        Iterator<?> elements = list.iterator();
        boolean empty = !elements.hasNext();
        text.append('[');
        while (elements.hasNext()) {
            text.append(inner);
            write(text, elements.next(), inner);
            text.append(elements.hasNext() ? "," : "");
        }
        text.append(empty ? "" : line).append(']');
    }

    private static void string(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c == '\n') {
                text.append("\\n");
            } else if (c < ' ' || c == 0x7F) { // DEL is legal, but no terminal should get it
                text.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
