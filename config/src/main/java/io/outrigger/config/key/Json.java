package io.outrigger.config.key;

import java.util.List;
import java.util.Map;

/** Writes trees of maps, lists, texts, numbers and truth values as JSON for people to read. Confined to the thread that writes. */
final class Json {
    private final StringBuilder text = new StringBuilder();

    private Json() {}

    static String write(Object tree) {
        Json json = new Json();
        json.value(tree, "\n");
        return json.text.append('\n').toString();
    }

    /** @param newLine with the indentation of what the value belongs to */
    private void value(Object value, String newLine) {
        switch (value) {
            case Map<?, ?> map
            when !map.isEmpty() -> {
                char before = '{';
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    text.append(before).append(newLine).append("  ");
                    quoted(entry.getKey().toString());
                    text.append(": ");
                    value(entry.getValue(), newLine + "  ");
                    before = ',';
                }
                text.append(newLine).append('}');
            }
            case Map<?, ?> _ -> text.append("{}");
            case List<?> list -> list(list, newLine);
            case Number number -> text.append(number);
            case Boolean truth -> text.append(truth);
            default -> quoted(value.toString());
        }
    }

    /** In one line, unless it holds maps. */
    private void list(List<?> list, String newLine) {
        boolean lines = list.stream().anyMatch(Map.class::isInstance);
        String before = "[";
        for (Object item : list) {
            text.append(before);
            if (lines) {
                text.append(newLine).append("  ");
            }
            value(item, newLine + "  ");
            before = lines ? "," : ", ";
        }
        text.append(list.isEmpty() ? "[" : lines ? newLine : "").append(']');
    }

    private void quoted(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(
                        c == '\n' ? "\\n" : "\\u00" + Character.forDigit(c >> 4, 16) + Character.forDigit(c & 15, 16));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
