package io.outrigger.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A configuration as people look at it: defaults filled in, secrets as {@code ***}, what came from the environment as
 * the text that named it. Immutable.
 */
public record Effective(Map<String, Object> tree) {

    /** The tree's values are String, Integer, Double, Boolean, List and Map. */
    public Effective {
        tree = Collections.unmodifiableMap(new LinkedHashMap<>(tree));
    }

    static Effective of(Map<?, ?> shown) {
        Map<String, Object> tree = new LinkedHashMap<>();
        shown.forEach((key, value) -> tree.put(String.valueOf(key), value));
        return new Effective(tree);
    }

    /** Read again, it gives the same configuration, but for secrets. */
    public String yaml() {
        return YamlWriter.write(tree);
    }

    /** A part of a tree in one line, as a file would say it. */
    public static String inOneLine(Object part) {
        return YamlWriter.flow(part);
    }
}
