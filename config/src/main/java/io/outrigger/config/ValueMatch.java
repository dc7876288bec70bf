package io.outrigger.config;

import com.google.re2j.Pattern;
import io.outrigger.config.key.Block;
import io.outrigger.config.key.Flag;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.Type;
import java.util.Optional;

/** What the value of a header or query parameter must be. Immutable. */
public sealed interface ValueMatch {
    record Exact(String value) implements ValueMatch {}

    /** Whatever the value; {@code wanted} false takes only requests without it. */
    record Present(boolean wanted) implements ValueMatch {}

    /** The whole value must match; the engine takes linear time. */
    record Regex(Pattern pattern) implements ValueMatch {}

    /** How the file says it. */
    final class Keys {
        private static final Key<Optional<ValueMatch>> PRESENT = Key.optional(
                "present", Flag.FLAG.map(Present::new), "Whether it must be there, or must not, whatever the value.");
        private static final Key<Optional<ValueMatch>> REGEX = Key.optional(
                "regex", HttpTexts.REGEX.map(Regex::new), "A regex that the whole value must match, in linear time.");

        private static final Block<ValueMatch> BLOCK = Block.of(
                        "A value that is not said as such.", v -> v.only(PRESENT, REGEX), PRESENT, REGEX)
                .ofAlternatives();

        static final Type<ValueMatch> OF_HEADER = OneOf.of(HttpTexts.HEADER_VALUE.map(Exact::new), BLOCK);

        static final Type<ValueMatch> OF_PARAMETER = OneOf.of(Texts.ANY.map(Exact::new), BLOCK);

        private Keys() {}
    }
}
