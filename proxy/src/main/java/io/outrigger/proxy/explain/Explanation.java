package io.outrigger.proxy.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What would become of a request. Immutable.
 *
 * @param listener where it would come in
 * @param passed why each route before does not take it, by name and in order
 * @param route that takes it; empty when none does
 * @param steps what would happen then, in order; at least one
 */
public record Explanation(String listener, String request, Map<String, String> passed, String route, List<Step> steps) {
    public Explanation {
        passed = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(passed));
        steps = List.copyOf(steps);
    }

    /** For people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(request + " at listener " + listener);
        passed.forEach((name, why) -> lines.add("  not route " + name + ": " + why));
        lines.add(route.isEmpty() ? "  no route takes it" : "  route " + route + " takes it");
        for (int i = 0; i < steps.size(); i++) {
            lines.add("  " + (i + 1) + ". " + steps.get(i));
        }
        return lines;
    }

    /** For JSON. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("request", request);
        tree.put("listener", listener);
        tree.put(
                "passed",
                passed.entrySet().stream()
                        .map(one -> passed(one.getKey(), one.getValue()))
                        .toList());
        if (!route.isEmpty()) {
            tree.put("route", route);
        }
        tree.put("steps", steps.stream().map(Explanation::tree).collect(Collectors.toList()));
        return tree;
    }

    private static Map<String, String> passed(String route, String why) {
        Map<String, String> tree = new LinkedHashMap<>();
        tree.put("route", route);
        tree.put("why", why);
        return tree;
    }

    private static Map<String, Object> tree(Step step) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("by", step.by());
        tree.put("does", step.does());
        if (step.settings() != null) {
            tree.put("settings", step.settings());
        }
        return tree;
    }
}
