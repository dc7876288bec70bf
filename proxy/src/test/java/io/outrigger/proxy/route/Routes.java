package io.outrigger.proxy.route;

import com.google.re2j.Pattern;
import io.outrigger.config.HostMatch;
import io.outrigger.config.MatchConfig;
import io.outrigger.config.PathMatch;
import io.outrigger.config.PathMatch.Segment;
import io.outrigger.config.PoliciesConfig;
import io.outrigger.config.RewriteConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.RouteTarget;
import io.outrigger.config.ValueMatch;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Matches, routes and requests for the tests of routing. */
final class Routes {
    static final MatchConfig EVERYTHING = MatchConfig.everything();

    private Routes() {}

    static RouteConfig config(String name, MatchConfig match) {
        return config(name, match, new RouteTarget.One("app"), Optional.empty());
    }

    static RouteConfig config(String name, MatchConfig match, RouteTarget target, Optional<RewriteConfig> rewrite) {
        return new RouteConfig(name, match, target, rewrite, PoliciesConfig.defaults(), Optional.empty());
    }

    static CompiledRoute compiled(String name, MatchConfig match) {
        return new CompiledRoute(config(name, match), (_, _) -> {
            throw new AssertionError("nobody sends anything here");
        });
    }

    static RouteTable table(CompiledRoute... routes) {
        return new RouteTable(List.of(routes), null);
    }

    // ---- matches

    static MatchConfig path(PathMatch path) {
        return new MatchConfig(List.of(), Optional.of(path), Set.of(), Map.of(), Map.of());
    }

    static MatchConfig hosts(String... hosts) {
        List<HostMatch> all = Arrays.stream(hosts).map(Routes::host).toList();
        return new MatchConfig(all, Optional.empty(), Set.of(), Map.of(), Map.of());
    }

    static MatchConfig methods(String... methods) {
        return new MatchConfig(List.of(), Optional.empty(), Set.of(methods), Map.of(), Map.of());
    }

    static MatchConfig header(String name, ValueMatch value) {
        return new MatchConfig(List.of(), Optional.empty(), Set.of(), Map.of(name, value), Map.of());
    }

    static MatchConfig query(String name, ValueMatch value) {
        return new MatchConfig(List.of(), Optional.empty(), Set.of(), Map.of(), Map.of(name, value));
    }

    static HostMatch host(String text) {
        return text.startsWith("*") ? new HostMatch.Wildcard(text.substring(1)) : new HostMatch.Exact(text);
    }

    /** Of a word such as {@code prefix} and what is to match. */
    static PathMatch path(String kind, String text) {
        return switch (kind) {
            case "exact" -> new PathMatch.Exact(text);
            case "prefix" -> new PathMatch.Prefix(text);
            case "regex" -> new PathMatch.Regex(Pattern.compile(text));
            case "template" -> template(text);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /** Of {@code =value}, {@code ~regex}, {@code present} or {@code absent}. */
    static ValueMatch value(String text) {
        return switch (text) {
            case "present" -> new ValueMatch.Present(true);
            case "absent" -> new ValueMatch.Present(false);
            default ->
                text.startsWith("~")
                        ? new ValueMatch.Regex(Pattern.compile(text.substring(1)))
                        : new ValueMatch.Exact(text.substring(1));
        };
    }

    private static PathMatch template(String text) {
        Stream<String> segments = Arrays.stream(text.substring(1).split("/", -1));
        return new PathMatch.Template(segments.map(segment -> segment.startsWith("{")
                        ? (Segment) new Segment.Variable(segment.substring(1, segment.length() - 1))
                        : new Segment.Literal(segment))
                .toList());
    }

    // ---- requests

    static Request get(String target, String... headers) {
        return request("GET", target, headers);
    }

    static Request request(String method, String target, String... headers) {
        return new Request(method, Target.of(target), Headers.of(headers), Body.EMPTY);
    }
}
