package io.outrigger.config;

import java.util.List;
import java.util.Set;

/**
 * Keys and values that the file may have one day: they are read and checked, and then refused, because what they ask for
 * does not exist yet. Whoever builds it takes its line away.
 */
final class NotYet {
    /** Patterns of paths; behind {@code =} a value, or the beginning of one up to its colon. */
    private static final Set<String> PATTERNS = Set.of(
            "listeners[].kind=forward",
            "upstreams.*.protocol=http2",
            "upstreams.*.protocol=auto",
            "routes[].upstream=dynamic",
            "routes[].allowPrivate");

    private NotYet() {}

    /** The policies under {@code defaults} are those of routes. */
    static boolean covers(String pattern) {
        return PATTERNS.contains(pattern)
                || pattern.startsWith("defaults.")
                        && PATTERNS.contains("routes[]" + pattern.substring("defaults".length()));
    }

    /** The values of a key that are still to come, where the key itself is there. */
    static List<String> valuesOf(String pattern) {
        return PATTERNS.stream()
                .filter(one -> one.startsWith(pattern + "="))
                .map(one -> one.substring(pattern.length() + 1))
                .sorted()
                .toList();
    }

    static Set<String> patterns() {
        return PATTERNS;
    }
}
