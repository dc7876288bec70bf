package io.outrigger.config.lint;

import io.outrigger.config.PathMatch;
import io.outrigger.config.PathMatch.Segment;
import java.util.ArrayList;
import java.util.List;

/** Whether one way to match a path takes all that another one takes. */
final class PathCover {
    private PathCover() {}

    static boolean covers(PathMatch wide, PathMatch narrow) {
        return switch (wide) {
            case PathMatch.Prefix prefix ->
                narrow instanceof PathMatch.Regex regex
                        ? prefix.prefix().equals("/")
                                && beginsWithSlash(regex.pattern().pattern())
                        : begins(segments(narrow), prefix);
            case PathMatch.Exact exact ->
                narrow instanceof PathMatch.Exact other && exact.path().equals(other.path());
            case PathMatch.Template template -> coversSegments(template, narrow);
            case PathMatch.Regex regex -> coversTexts(regex, narrow);
        };
    }

    private static boolean coversSegments(PathMatch.Template wide, PathMatch narrow) {
        return (narrow instanceof PathMatch.Exact || narrow instanceof PathMatch.Template)
                && fits(segments(narrow), wide.segments());
    }

    private static boolean coversTexts(PathMatch.Regex wide, PathMatch narrow) {
        return narrow instanceof PathMatch.Exact exact
                        && wide.pattern().matcher(exact.path()).matches()
                || narrow instanceof PathMatch.Regex other
                        && wide.pattern().pattern().equals(other.pattern().pattern());
    }

    /** Whether everything that it matches does: another one may match {@code *}, which is below no prefix. */
    private static boolean beginsWithSlash(String regex) {
        return regex.startsWith("/")
                && regex.indexOf('|') < 0
                && (regex.length() == 1 || "?*{".indexOf(regex.charAt(1)) < 0);
    }

    private static boolean begins(List<Segment> path, PathMatch.Prefix prefix) {
        List<Segment> wanted = literals(prefix.prefix());
        return wanted.size() <= path.size() && fits(path.subList(0, wanted.size()), wanted);
    }

    /** A variable stands for one segment that is not empty. */
    private static boolean fits(List<Segment> path, List<Segment> wanted) {
        if (path.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            boolean fits = wanted.get(i) instanceof Segment.Variable
                    ? !path.get(i).toString().isEmpty()
                    : path.get(i).equals(wanted.get(i));
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /** A last slash of a prefix says nothing; that of an exact path is a segment. */
    private static List<Segment> segments(PathMatch path) {
        return switch (path) {
            case PathMatch.Exact exact -> split(exact.path());
            case PathMatch.Prefix prefix -> literals(prefix.prefix());
            case PathMatch.Template template -> template.segments();
            case PathMatch.Regex regex -> throw new IllegalArgumentException("regex " + regex + " has no segments");
        };
    }

    private static List<Segment> literals(String prefix) {
        String path = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        return path.isEmpty() ? List.of() : split(path);
    }

    private static List<Segment> split(String path) {
        List<Segment> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            segments.add(new Segment.Literal(segment));
        }
        return segments;
    }
}
