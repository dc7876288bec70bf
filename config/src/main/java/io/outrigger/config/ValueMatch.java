package io.outrigger.config;

import com.google.re2j.Pattern;

/** What the value of a header or query parameter must be. Immutable. */
public sealed interface ValueMatch {
    record Exact(String value) implements ValueMatch {}

    /** Whatever the value; {@code wanted} false takes only requests without it. */
    record Present(boolean wanted) implements ValueMatch {}

    /** The whole value must match; the engine takes linear time. */
    record Regex(Pattern pattern) implements ValueMatch {}
}
