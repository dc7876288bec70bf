package io.outrigger.config.lint;

import com.google.re2j.Pattern;
import io.outrigger.config.HostMatch;
import io.outrigger.config.MatchConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.ValueMatch;
import java.util.List;
import java.util.Map;

/**
 * Finds routes that take nothing, because one before them takes all that they would. Errs on the side of silence: what
 * several routes take together, and what two regexes have in common, is not looked into.
 */
final class Shadows {
    private static final int MOST_PAIRS = 200_000; // a file of a thousand routes has more than twice as many

    private Shadows() {}

    static void check(List<RouteConfig> routes, Findings findings) {
        int pairs = 0;
        for (int later = 1; later < routes.size(); later++) {
            for (int earlier = 0; earlier < later && pairs < MOST_PAIRS; earlier++) {
                pairs++;
                RouteConfig first = routes.get(earlier);
                if (covers(first.match(), routes.get(later).match())) {
                    findings.add(
                            "routes[" + later + "].match",
                            "takes nothing (expected: something that route " + first.name()
                                    + " before it does not take)");
                    break;
                }
            }
        }
    }

    /** Whether every request that the later match takes is taken by the earlier one. */
    static boolean covers(MatchConfig earlier, MatchConfig later) {
        return (earlier.methods().isEmpty()
                        || !later.methods().isEmpty() && earlier.methods().containsAll(later.methods()))
                && (earlier.hosts().isEmpty() || !later.hosts().isEmpty() && coversHosts(earlier, later))
                && (earlier.path().isEmpty()
                        || later.path().isPresent()
                                && PathCover.covers(
                                        earlier.path().get(), later.path().get()))
                && coversValues(earlier.headers(), later.headers())
                && coversValues(earlier.query(), later.query());
    }

    private static boolean coversHosts(MatchConfig earlier, MatchConfig later) {
        return later.hosts().stream().allMatch(host -> earlier.hosts().stream().anyMatch(wide -> covers(wide, host)));
    }

    private static boolean covers(HostMatch wide, HostMatch host) {
        if (wide.equals(host)) {
            return true;
        }
        String narrow =
                switch (host) {
                    case HostMatch.Exact exact -> exact.host();
                    case HostMatch.Wildcard wildcard -> wildcard.suffix();
                };
        return wide instanceof HostMatch.Wildcard all
                && narrow.endsWith(all.suffix())
                && narrow.length() > all.suffix().length();
    }

    private static boolean coversValues(Map<String, ValueMatch> earlier, Map<String, ValueMatch> later) {
        return earlier.entrySet().stream()
                .allMatch(wanted ->
                        later.containsKey(wanted.getKey()) && covers(wanted.getValue(), later.get(wanted.getKey())));
    }

    private static boolean covers(ValueMatch wide, ValueMatch narrow) {
        return switch (wide) {
            case ValueMatch.Exact exact -> exact.equals(narrow);
            case ValueMatch.Present present ->
                present.equals(narrow) || present.wanted() && !(narrow instanceof ValueMatch.Present);
            case ValueMatch.Regex regex -> coversTexts(regex, narrow);
        };
    }

    private static boolean coversTexts(ValueMatch.Regex wide, ValueMatch narrow) {
        return switch (narrow) {
            case ValueMatch.Exact exact -> wide.pattern().matcher(exact.value()).matches();
            case ValueMatch.Regex regex -> same(wide.pattern(), regex.pattern());
            case ValueMatch.Present present -> false;
        };
    }

    private static boolean same(Pattern one, Pattern other) {
        return one.pattern().equals(other.pattern());
    }
}
