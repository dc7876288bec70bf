package io.outrigger.config;

import io.outrigger.config.key.Text;
import io.outrigger.config.key.Unfit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How path templates are written: {@code /orders/{id}/items}. */
final class PathTemplates {
    static final Text<PathMatch> TEMPLATE = Text.of(
                    "a path whose variables are whole segments, such as /orders/{id}", PathTemplates::parse)
            .like("^(?!.*/\\.\\.?(?:/|$))(?:/(?:\\{[A-Za-z0-9_]+\\}|[A-Za-z0-9._~!$&'()*+,;=:@%-]*))+$");

    private PathTemplates() {}

    private static PathMatch parse(String text) throws Unfit {
        if (!text.startsWith("/")) {
            throw Unfit.far(TEMPLATE.expected());
        }
        List<PathMatch.Segment> segments = new ArrayList<>();
        Set<String> variables = new HashSet<>();
        for (String segment : text.substring(1).split("/", -1)) {
            if (!segment.startsWith("{") || !segment.endsWith("}")) {
                segments.add(literal(segment));
                continue;
            }
            String name = segment.substring(1, segment.length() - 1);
            if (!isVariable(name) || !variables.add(name)) {
                throw Unfit.far("variables with names of letters, digits and underscores, each once");
            }
            segments.add(new PathMatch.Segment.Variable(name));
        }
        return new PathMatch.Template(segments);
    }

    private static PathMatch.Segment literal(String segment) throws Unfit {
        if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0 || !HttpTexts.isPath("/" + segment)) {
            throw Unfit.far(TEMPLATE.expected());
        }
        return new PathMatch.Segment.Literal(segment);
    }

    private static boolean isVariable(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> Hosts.isLetterOrDigit(c) || c == '_');
    }
}
