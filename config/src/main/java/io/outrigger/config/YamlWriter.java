package io.outrigger.config;

import io.outrigger.config.key.CoreSchema;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes plain values as YAML, in blocks, with quotes only where they are needed. */
final class YamlWriter {
    private static final String SPECIAL_FIRST = "-?:,[]{}#&*!|>'\"%@` ";

    private final StringBuilder out = new StringBuilder();

    private YamlWriter() {}

    static String write(Map<?, ?> tree) {
        YamlWriter writer = new YamlWriter();
        writer.mapping(tree, 0, false);
        return writer.out.toString();
    }

    /** An item of a list has its first key on the line of its dash. */
    private void mapping(Map<?, ?> map, int indent, boolean started) {
        boolean first = started;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                out.repeat(' ', indent);
            }
            first = false;
            out.append(scalar(entry.getKey())).append(':');
            value(entry.getValue(), indent + 2);
        }
    }

    private void value(Object value, int indent) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            out.append('\n');
            mapping(map, indent, false);
        } else if (value instanceof List<?> list && hasStructure(list)) {
            out.append('\n');
            list.forEach(item -> item(item, indent));
        } else {
            out.append(' ').append(flow(value)).append('\n');
        }
    }

    private static boolean hasStructure(List<?> list) {
        return list.stream().anyMatch(Collection.class::isInstance)
                || list.stream().anyMatch(Map.class::isInstance);
    }

    private void item(Object item, int indent) {
        out.repeat(' ', indent).append("-");
        if (item instanceof Map<?, ?> map && !map.isEmpty()) {
            out.append(' ');
            mapping(map, indent + 2, true);
        } else {
            out.append(' ').append(flow(item)).append('\n');
        }
    }

    /** In one line. */
    static String flow(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> scalar(entry.getKey()) + ": " + flow(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(YamlWriter::flow).collect(Collectors.joining(", ", "[", "]"));
        }
        return scalar(value);
    }

    private static String scalar(Object value) {
        return value instanceof String text && !isPlain(text) ? quoted(text) : value.toString();
    }

    private static boolean isPlain(String text) {
        return CoreSchema.isText(text)
                && SPECIAL_FIRST.indexOf(text.charAt(0)) < 0
                && !text.endsWith(" ")
                && !text.endsWith(":")
                && !text.contains(": ")
                && !text.contains(" #")
                && text.chars().allMatch(c -> c >= ' ' && c < 127 && ",[]{}".indexOf(c) < 0);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ' || c == 127 || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
                        quoted.append("\\u").append(java.util.HexFormat.of().toHexDigits(c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
