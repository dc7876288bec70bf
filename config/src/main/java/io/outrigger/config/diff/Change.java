package io.outrigger.config.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of one listener, route, upstream or store, or of a key at the top of the file. Immutable.
 *
 * @param what the kind: {@code route}; {@code key} for a key at the top
 * @param edits what differs; empty when it is new or gone; of thousands in all only the first
 * @param keeps state that goes on as it is
 * @param fresh state that begins anew
 * @param ends state that is given up
 */
public record Change(
        Action action,
        String what,
        String name,
        List<Edit> edits,
        List<String> keeps,
        List<String> fresh,
        List<String> ends) {
    /** How it differs. */
    public enum Action {
        ADDED("is added"),
        REMOVED("is removed"),
        CHANGED("changes"),
        /** Other routes are asked before it. */
        MOVED("is asked in another order");

        private final String words;

        Action(String words) {
            this.words = words;
        }
    }

    public Change {
        edits = List.copyOf(edits);
        keeps = List.copyOf(keeps);
        fresh = List.copyOf(fresh);
        ends = List.copyOf(ends);
    }

    /** The first says what it is, the others are indented. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(what + " " + name + " " + action.words);
        edits.forEach(edit -> lines.add("  " + edit));
        state(lines, "keeps", keeps);
        state(lines, "starts fresh", fresh);
        state(lines, "ends", ends);
        return lines;
    }

    private static void state(List<String> lines, String what, List<String> states) {
        if (!states.isEmpty()) {
            lines.add("  " + what + ": " + String.join(", ", states));
        }
    }

    /** For JSON. */
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("change", action.name().toLowerCase(java.util.Locale.ROOT));
        tree.put("what", what);
        tree.put("name", name);
        tree.put("edits", edits.stream().map(Edit::tree).toList());
        tree.put("keeps", keeps);
        tree.put("fresh", fresh);
        tree.put("ends", ends);
        return tree;
    }
}
