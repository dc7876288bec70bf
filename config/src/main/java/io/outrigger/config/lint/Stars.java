package io.outrigger.config.lint;

import io.outrigger.config.PathMatch;
import io.outrigger.config.PathMatch.Segment;
import io.outrigger.config.RouteConfig;
import org.jspecify.annotations.Nullable;

/** Finds paths with a {@code *}, which stands for anything elsewhere and for itself here. */
final class Stars {
    private static final char STAR = '*';

    private final Findings findings;

    Stars(Findings findings) {
        this.findings = findings;
    }

    void check(String route, RouteConfig config) {
        config.match().path().ifPresent(path -> {
            String at = route + ".match.path.";
            switch (path) {
                case PathMatch.Exact exact ->
                    find(at + "exact", exact.path(), "prefix, template or regex, where it is to stand for others");
                case PathMatch.Prefix prefix -> find(at + "prefix", prefix.prefix(), insteadOf(prefix.prefix()));
                case PathMatch.Template template -> find(at + "template", literal(template), "{name} for one segment");
                case PathMatch.Regex _ -> {}
            }
        });
    }

    private void find(String key, @Nullable String path, String expected) {
        if (path != null && path.indexOf(STAR) >= 0) {
            findings.add(key, path + ": the * stands for itself (expected: " + expected + ")");
        }
    }

    private static String insteadOf(String prefix) {
        int last = prefix.lastIndexOf('/');
        boolean whole = last >= 0 && prefix.substring(last).chars().skip(1).allMatch(c -> c == STAR);
        String shorter = last == 0 ? "/" : prefix.substring(0, Math.max(last, 0));
        return whole && shorter.indexOf(STAR) < 0
                ? shorter + ", which takes all that is below it"
                : "template or regex, where it is to stand for others";
    }

    private static @Nullable String literal(PathMatch.Template template) {
        return template.segments().stream()
                        .anyMatch(segment -> segment instanceof Segment.Literal one
                                && one.text().indexOf(STAR) >= 0)
                ? template.toString()
                : null;
    }
}
