package io.outrigger.config.lint;

import io.outrigger.config.key.Durations;
import io.outrigger.config.yaml.Problem;
import io.outrigger.config.yaml.Problems;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects what is found, each once, where in the file it can be changed. Confined to the thread that asks. */
final class Findings {
    private static final String DEFAULTS = "defaults";

    private final Positions positions;
    private final Problems problems;
    private final Set<String> told = new HashSet<>();

    Findings(String file, Positions positions) {
        this.positions = positions;
        this.problems = new Problems(file);
    }

    void add(String path, String message) {
        if (told.add(path + ": " + message)) {
            problems.add(positions.nearest(path), path, message);
        }
    }

    /**
     * About keys of a route's policies, such as {@code retry.attempts}: told at the first whose policy the route has
     * itself, else at the first whose policy is in {@code defaults}, where it is told once for all routes.
     */
    void add(String route, String message, String... keys) {
        for (String around : List.of(route, DEFAULTS)) {
            for (String key : keys) {
                if (positions.has(around + "." + policy(key))) {
                    add(around + "." + key, message);
                    return;
                }
            }
        }
        add(route, message);
    }

    /** What is said of a value that is larger than what caps it: mostly the cap is a default, which was forgotten. */
    static String aboveCap(String key, Duration value, String cap, Duration most) {
        return key + " " + Durations.format(value) + " (expected: at most " + cap + ", " + Durations.format(most)
                + "; it is never longer than that)";
    }

    /** Whether the file itself says something at this path. */
    boolean isInFile(String path) {
        return positions.has(path);
    }

    private static String policy(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    List<Problem> inOrder() {
        return problems.inOrder();
    }
}
