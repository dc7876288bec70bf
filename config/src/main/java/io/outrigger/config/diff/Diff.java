package io.outrigger.config.diff;

import io.outrigger.config.Effective;
import io.outrigger.config.diff.Change.Action;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two configurations, and what of the state of a running proxy outlives the change. Of secrets,
 * which effective configurations do not show, no change is seen. Immutable.
 *
 * @param unchanged how many there are of each kind that stay as they are, and keep all of their state
 */
public record Diff(List<Change> changes, Map<String, Integer> unchanged) {
    private static final List<String> NAMED = List.of("listeners", "routes", "upstreams", "stores");

    public Diff {
        changes = List.copyOf(changes);
        unchanged = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(unchanged));
    }

    /** From the one in force to the one that would follow it; trees are those of {@link Effective}. */
    public static Diff of(Map<String, ?> before, Map<String, ?> after) {
        Comparison comparison = new Comparison();
        comparison.named("listener", byName(before.get("listeners")), byName(after.get("listeners")));
        comparison.named("route", byName(before.get("routes")), byName(after.get("routes")));
        comparison.named("upstream", byKey(before.get("upstreams")), byKey(after.get("upstreams")));
        comparison.named("store", byKey(before.get("stores")), byKey(after.get("stores")));
        Set<String> keys = new LinkedHashSet<>(before.keySet());
        keys.addAll(after.keySet());
        keys.removeAll(NAMED);
        keys.forEach(key -> comparison.key(key, before.get(key), after.get(key)));
        return new Diff(comparison.changes, comparison.unchanged);
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** For people: a line for each change, and more about it in indented lines. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        changes.forEach(change -> lines.addAll(change.lines()));
        List<String> same = new ArrayList<>();
        unchanged.forEach((what, count) -> same.add(count + " " + what + (count == 1 ? "" : "s")));
        if (!same.isEmpty()) {
            lines.add("unchanged, with all state: " + String.join(", ", same));
        }
        return lines;
    }

    /** For JSON. */
    public List<Map<String, Object>> tree() {
        return changes.stream().map(Change::tree).toList();
    }

    private static Map<String, Map<?, ?>> byName(@Nullable Object list) {
        Map<String, Map<?, ?>> all = new LinkedHashMap<>();
        if (list instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> map) {
                    all.put(String.valueOf(map.get("name")), map);
                }
            }
        }
        return all;
    }

    private static Map<String, Map<?, ?>> byKey(@Nullable Object map) {
        Map<String, Map<?, ?>> all = new LinkedHashMap<>();
        if (map instanceof Map<?, ?> named) {
            named.forEach(
                    (name, value) -> all.put(String.valueOf(name), value instanceof Map<?, ?> it ? it : Map.of()));
        }
        return all;
    }

    /** Two configurations that are being compared. Confined to the thread that asks. */
    private static final class Comparison {
        private static final int MOST_EDITS = 2000; // of all changes together: nobody reads more

        private final List<Change> changes = new ArrayList<>();
        private int told; // edits so far
        private final Map<String, Integer> unchanged = new LinkedHashMap<>();

        void named(String what, Map<String, Map<?, ?>> before, Map<String, Map<?, ?>> after) {
            List<State> states =
                    switch (what) {
                        case "listener" -> State.OF_LISTENERS;
                        case "route" -> State.OF_ROUTES;
                        case "upstream" -> State.OF_UPSTREAMS;
                        case "store" -> State.OF_STORES;
                        default -> List.of();
                    };
            before.forEach((name, old) -> {
                if (!after.containsKey(name)) {
                    List<String> ends = State.names(State.of(states, old).stream());
                    changes.add(new Change(Action.REMOVED, what, name, List.of(), List.of(), List.of(), ends));
                }
            });
            Set<String> moved = what.equals("route")
                    ? new LinkedHashSet<>(Order.moved(List.copyOf(before.keySet()), List.copyOf(after.keySet())))
                    : Set.of();
            after.forEach((name, now) -> {
                Map<?, ?> old = before.get(name);
                if (old == null) {
                    List<String> fresh = State.names(State.of(states, now).stream());
                    changes.add(new Change(Action.ADDED, what, name, List.of(), List.of(), fresh, List.of()));
                } else if (!old.equals(now)) {
                    changes.add(changed(what, name, states, old, now));
                } else if (!moved.contains(name)) {
                    unchanged.merge(what, 1, Integer::sum);
                }
                if (moved.contains(name)) {
                    changes.add(new Change(Action.MOVED, what, name, List.of(), List.of(), List.of(), List.of()));
                }
            });
        }

        private Change changed(String what, String name, List<State> states, Map<?, ?> old, Map<?, ?> now) {
            List<State> there = State.of(states, now);
            return new Change(
                    Action.CHANGED,
                    what,
                    name,
                    edits(old, now),
                    State.names(there.stream().filter(state -> state.outlives(old, now))),
                    State.names(there.stream().filter(state -> !state.outlives(old, now))),
                    State.names(State.of(states, old).stream().filter(state -> !there.contains(state))));
        }

        private List<Edit> edits(@Nullable Object before, @Nullable Object after) {
            List<Edit> edits = Edit.between(before, after, Math.max(0, MOST_EDITS - told));
            told += edits.size();
            return edits;
        }

        /** The policies of {@code defaults} are told with the routes that they are policies of, too. */
        void key(String name, @Nullable Object before, @Nullable Object after) {
            List<Edit> edits = edits(before, after);
            if (!edits.isEmpty()) {
                changes.add(new Change(Action.CHANGED, "key", name, edits, List.of(), List.of(), List.of()));
            }
        }
    }
}
