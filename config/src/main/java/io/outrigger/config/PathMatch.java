package io.outrigger.config;

import com.google.re2j.Pattern;
import java.util.List;

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
}
