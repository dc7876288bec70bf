package io.outrigger.proxy.route;

import io.outrigger.config.HostMatch;
import io.outrigger.config.PathMatch;
import io.outrigger.config.ValueMatch;
import io.outrigger.config.key.Words;
import java.util.List;
import java.util.Optional;

/** What a route wants, in words. Immutable. */
final class MatchText {
    private MatchText() {}

    static String of(Optional<PathMatch> path) {
        return path.isEmpty()
                ? "any"
                : switch (path.get()) {
                    case PathMatch.Exact exact -> exact.path();
                    case PathMatch.Prefix prefix -> prefix.prefix() + " or below";
                    case PathMatch.Template template -> template.toString();
                    case PathMatch.Regex regex -> "regex " + regex.pattern().pattern();
                };
    }

    static String of(List<HostMatch> hosts) {
        return Words.or(hosts.stream().map(HostMatch::toString).toList());
    }

    static String of(ValueMatch value) {
        return switch (value) {
            case ValueMatch.Exact exact -> exact.value().isEmpty() ? "the empty value" : exact.value();
            case ValueMatch.Present present -> present.wanted() ? "to be there" : "not to be there";
            case ValueMatch.Regex regex -> "regex " + regex.pattern().pattern();
        };
    }
}
