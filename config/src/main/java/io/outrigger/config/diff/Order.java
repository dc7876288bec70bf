package io.outrigger.config.diff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells which of some names have to be moved so that the others keep their order: as few as possible. */
final class Order {
    private Order() {}

    /** Of the names that are in both lists, in the second one's order. */
    static List<String> moved(List<String> before, List<String> after) {
        Map<String, Integer> places = new HashMap<>();
        before.forEach(name -> places.put(name, places.size()));
        List<String> common = after.stream().filter(places::containsKey).toList();
        Set<String> stay = new HashSet<>(longestInOrder(common, places));
        return common.stream().filter(name -> !stay.contains(name)).toList();
    }

    /** The longest increasing subsequence, in quadratic time: routes are a thousand at most. */
    private static List<String> longestInOrder(List<String> names, Map<String, Integer> places) {
        int[] length = new int[names.size()];
        int[] previous = new int[names.size()];
        int last = -1;
        for (int i = 0; i < names.size(); i++) {
            Arrays.fill(previous, i, i + 1, -1);
            length[i] = 1;
            for (int k = 0; k < i; k++) {
                if (length[k] >= length[i] && place(names, k, places) < place(names, i, places)) {
                    length[i] = length[k] + 1;
                    previous[i] = k;
                }
            }
            last = last < 0 || length[i] > length[last] ? i : last;
        }
        List<String> longest = new ArrayList<>();
        for (int i = last; i >= 0; i = previous[i]) {
            longest.add(names.get(i));
        }
        return longest;
    }

    private static int place(List<String> names, int i, Map<String, Integer> places) {
        return places.getOrDefault(names.get(i), 0);
    }
}
