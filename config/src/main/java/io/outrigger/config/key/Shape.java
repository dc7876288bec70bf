package io.outrigger.config.key;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What JSON Schema (draft 2020-12) can say of a value: every value that its type takes, and few others. Immutable.
 *
 * @param keywords in order; their values are texts, numbers, truth values, lists and maps
 */
public record Shape(Map<String, Object> keywords) {
    public Shape {
        keywords = Collections.unmodifiableMap(new LinkedHashMap<>(keywords));
    }

    static Shape of(String keyword, Object value) {
        return new Shape(Map.of(keyword, value));
    }

    /** A text that fits the regex of ECMA-262, which is to begin with ^ and end with $. */
    public static Shape text(String pattern) {
        return of("type", "string").and("pattern", pattern);
    }

    public static Shape whole(int min, int max) {
        return of("type", "integer").and("minimum", min).and("maximum", max);
    }

    static Shape decimal(double min, double max) {
        return of("type", "number").and("minimum", min).and("maximum", max);
    }

    /** One of these words; off also as tools that read YAML 1.1 write it, and what looks like a number also as one. */
    static Shape words(Collection<String> words) {
        List<Object> values = new ArrayList<>();
        for (String word : words) {
            values.add(word);
            if (word.equals(OrWord.OFF)) {
                values.addAll(List.of("Off", "OFF", false));
            } else if (!CoreSchema.isText(word)) {
                values.add(Objects.requireNonNull(CoreValue.of(word), word));
            }
        }
        return values.size() == 1 ? of("const", values.getFirst()) : of("enum", values);
    }

    /** What fits this or the other. */
    public Shape or(Shape other) {
        List<Object> all = new ArrayList<>(alternatives());
        other.alternatives().stream().filter(one -> !all.contains(one)).forEach(all::add);
        return all.size() == 1 ? this : of("anyOf", all);
    }

    private List<?> alternatives() {
        return keywords.size() == 1 && keywords.get("anyOf") instanceof List<?> all ? all : List.of(keywords);
    }

    /** A keyword more, or another value of it. */
    public Shape and(String keyword, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(keywords);
        more.put(keyword, value);
        return new Shape(more);
    }
}
