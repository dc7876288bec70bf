package io.outrigger.config.key;

import java.util.Collection;

/** Says what was probably meant, as long as that is cheap: a hostile file has many names. Confined to one thread. */
final class Hints {
    private static final int MOST_NAMES = 100;
    private int left = 500;

    /** {@code "did you mean x?"}, or nothing. */
    String of(String typed, Collection<String> names) {
        if (left == 0 || names.size() > MOST_NAMES) {
            return "";
        }
        left--;
        return Similar.to(typed, names)
                .map(name -> "did you mean " + name + "?")
                .orElse("");
    }
}
