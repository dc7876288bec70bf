package io.outrigger.proxy.route;

import com.google.re2j.Pattern;
import io.outrigger.config.PathMatch;
import io.outrigger.config.PathMatch.Segment;
import io.outrigger.exchange.Target;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Compares a target's path with what a route wants, byte by byte unless it is a regex. Immutable. */
sealed interface PathMatcher {
    boolean matches(Target target);

    /** How many bytes of a path that matches a rewriting replaces. */
    int covers(Target target);

    static PathMatcher of(Optional<PathMatch> config) {
        PathMatch match = config.orElse(null);
        if (match instanceof PathMatch.Prefix prefix) {
            return new Prefix(bytes(prefix.prefix().replaceFirst("/$", "")));
        }
        if (match instanceof PathMatch.Exact exact) {
            return new Exact(bytes(exact.path()));
        }
        if (match instanceof PathMatch.Template template) {
            return Template.of(template.segments());
        }
        return match instanceof PathMatch.Regex regex ? new Regex(regex.pattern()) : new Any();
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }

    /** Every target, also {@code *}. */
    final class Any implements PathMatcher {
        @Override
        public boolean matches(Target target) {
            return true;
        }

        @Override
        public int covers(Target target) {
            return 0;
        }
    }

    /** The whole path. */
    final class Exact implements PathMatcher {
        private final byte[] path;

        Exact(byte[] path) {
            this.path = path;
        }

        @Override
        public boolean matches(Target target) {
            return target.pathLength() == path.length && target.startsWith(path);
        }

        @Override
        public int covers(Target target) {
            return path.length;
        }
    }

    /** A path that begins with these segments. */
    final class Prefix implements PathMatcher {
        private final byte[] prefix; // without a last slash: empty for all paths

        Prefix(byte[] prefix) {
            this.prefix = prefix;
        }

        @Override
        public boolean matches(Target target) {
            int length = target.pathLength();
            return length >= prefix.length
                    && (length == prefix.length || target.at(prefix.length) == '/') // decides soonest
                    && target.startsWith(prefix);
        }

        @Override
        public int covers(Target target) {
            return prefix.length;
        }
    }

    /** Segment by segment. */
    final class Template implements PathMatcher {
        private static final byte[] VARIABLE = {}; // by identity: a literal may be empty, too

        private final byte[][] segments;

        private Template(byte[][] segments) {
            this.segments = segments;
        }

        static Template of(List<Segment> segments) {
            byte[][] wanted = new byte[segments.size()][];
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] = switch (segments.get(i)) {
                    case Segment.Literal literal -> bytes(literal.text());
                    case Segment.Variable _ -> VARIABLE;
                };
            }
            return new Template(wanted);
        }

        @Override
        public boolean matches(Target target) {
            int end = target.pathLength();
            int at = 0;
            for (byte[] segment : segments) {
                if (at == end || target.at(at) != '/') {
                    return false;
                }
                int from = ++at;
                while (at < end && target.at(at) != '/') {
                    at++;
                }
                if (segment == VARIABLE ? at == from : !same(target, from, at, segment)) {
                    return false;
                }
            }
            return at == end;
        }

        private static boolean same(Target target, int from, int to, byte[] text) {
            if (to - from != text.length) {
                return false;
            }
            for (int i = 0; i < text.length; i++) {
                if (target.at(from + i) != text[i]) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int covers(Target target) {
            return target.pathLength();
        }
    }

    /** The whole path, which becomes a string for it. */
    final class Regex implements PathMatcher {
        private final Pattern pattern;

        Regex(Pattern pattern) {
            this.pattern = pattern;
        }

        @Override
        public boolean matches(Target target) {
            return pattern.matcher(target.path()).matches();
        }

        @Override
        public int covers(Target target) {
            return target.pathLength();
        }
    }
}
