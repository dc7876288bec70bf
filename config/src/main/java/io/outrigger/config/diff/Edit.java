package io.outrigger.config.diff;

import io.outrigger.config.Effective;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One value that differs.
 *
 * @param key as a path within its route, upstream or whatever it belongs to; empty for the whole of it
 * @param before as the file would say it; empty when there was none
 * @param after likewise
 */
public record Edit(String key, String before, String after) {
    private static final int LONGEST_SHOWN = 200;

    private static final Edit MORE = new Edit("…", "", "");

    /** What differs between two trees of maps, lists and plain values: so many at most, then one that says so. */
    static List<Edit> between(@Nullable Object before, @Nullable Object after, int most) {
        List<Edit> edits = new ArrayList<>();
        collect("", before, after, edits, most);
        return List.copyOf(edits);
    }

    private static void collect(
            String key, @Nullable Object before, @Nullable Object after, List<Edit> edits, int most) {
        if (before instanceof Map<?, ?> old && after instanceof Map<?, ?> now) {
            Set<Object> names = new LinkedHashSet<>(old.keySet());
            names.addAll(now.keySet());
            for (Object name : names) {
                collect(key.isEmpty() ? name.toString() : key + "." + name, old.get(name), now.get(name), edits, most);
            }
        } else if (!Objects.equals(before, after)) {
            if (edits.size() < most) {
                edits.add(new Edit(key, shown(before), shown(after)));
            } else if (edits.size() == most) {
                edits.add(MORE);
            }
        }
    }

    private static String shown(@Nullable Object value) {
        String text = value == null ? "" : Effective.inOneLine(value);
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }

    @Override
    public String toString() {
        if (equals(MORE)) {
            return "… and more";
        }
        return (key.isEmpty() ? "" : key + ": ") + orNothing(before) + " -> " + orNothing(after);
    }

    /** For JSON. */
    Map<String, String> tree() {
        Map<String, String> tree = new LinkedHashMap<>();
        tree.put("key", key);
        tree.put("before", before);
        tree.put("after", after);
        return tree;
    }

    private static String orNothing(String value) {
        return value.isEmpty() ? "nothing" : value;
    }
}
