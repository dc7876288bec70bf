package io.outrigger.config;

import com.google.re2j.Pattern;
import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import java.util.List;
import java.util.Optional;

/** Which paths a route takes; a path is compared as it came, without its query. Immutable. */
public sealed interface PathMatch {
    record Exact(String path) implements PathMatch {}

    /** By whole segments: {@code /v1} takes {@code /v1} and {@code /v1/x}, not {@code /v1x}. */
    record Prefix(String prefix) implements PathMatch {}

    /** The whole path must match; the engine takes linear time. */
    record Regex(Pattern pattern) implements PathMatch {}

    /** A variable takes one segment that is not empty: {@code /orders/{id}}. */
    record Template(List<Segment> segments) implements PathMatch {
        public Template {
            segments = List.copyOf(segments);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            segments.forEach(segment -> text.append('/').append(segment));
            return text.toString();
        }
    }

    /** What stands between two slashes of a template. */
    sealed interface Segment {
        record Literal(String text) implements Segment {
            @Override
            public String toString() {
                return text;
            }
        }

        record Variable(String name) implements Segment {
            @Override
            public String toString() {
                return "{" + name + "}";
            }
        }
    }

    /** How the file says it. */
    final class Keys {
        private static final Key<Optional<PathMatch>> EXACT =
                Key.optional("exact", HttpTexts.PATH.map(Exact::new), "The whole path.");
        private static final Key<Optional<PathMatch>> PREFIX = Key.optional(
                "prefix", HttpTexts.PATH.map(Prefix::new), "Its first segments: /v1 takes /v1/x, not /v1x.");
        private static final Key<Optional<PathMatch>> REGEX = Key.optional(
                "regex", HttpTexts.REGEX.map(Regex::new), "A regex that the whole path must match, in linear time.");
        private static final Key<Optional<PathMatch>> TEMPLATE =
                Key.optional("template", PathTemplates.TEMPLATE, "A variable takes one segment: /orders/{id}.");

        static final Block<PathMatch> BLOCK = Block.of(
                        "A path, in one of four ways.",
                        v -> v.only(EXACT, PREFIX, REGEX, TEMPLATE),
                        EXACT,
                        PREFIX,
                        REGEX,
                        TEMPLATE)
                .ofAlternatives();

        private Keys() {}
    }
}
