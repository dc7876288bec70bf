package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.MapOf;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which requests a route takes: all that is given must hold; what is empty matches everything. Header names are in
 * lower case. Immutable.
 */
public record MatchConfig(
        List<HostMatch> hosts,
        Optional<PathMatch> path,
        Set<String> methods,
        Map<String, ValueMatch> headers,
        Map<String, ValueMatch> query) {

    private static final Key<Optional<List<HostMatch>>> HOSTS = Key.optional(
            "hosts", HttpTexts.HOST.list(1), "Any of these hosts, without port and case; *. stands for any labels.");
    private static final Key<Optional<PathMatch>> PATH = Key.optional("path", PathMatch.Keys.BLOCK, "This path.");
    static final Key<Optional<List<String>>> METHODS =
            Key.optional("methods", HttpTexts.METHOD.list(1), "Any of these methods.");
    static final Key<Optional<Map<String, ValueMatch>>> HEADERS = Key.optional(
            "headers",
            MapOf.of(HttpTexts.HEADER_NAME, ValueMatch.Keys.OF_HEADER).hiding(HttpTexts.SECRET_HEADERS),
            "All of these headers: a value, {present: true} or {regex: …}.");
    private static final Key<Optional<Map<String, ValueMatch>>> QUERY = Key.optional(
            "query",
            MapOf.of(HttpTexts.PARAMETER, ValueMatch.Keys.OF_PARAMETER),
            "All of these parameters of the query, likewise.");

    static final Block<MatchConfig> BLOCK = Block.of(
                    "Which requests a route takes: all that is given must hold.",
                    v -> new MatchConfig(
                            v.get(HOSTS).orElse(List.of()),
                            v.get(PATH),
                            new LinkedHashSet<>(v.get(METHODS).orElse(List.of())),
                            v.get(HEADERS).orElse(Map.of()),
                            v.get(QUERY).orElse(Map.of())),
                    HOSTS,
                    PATH,
                    METHODS,
                    HEADERS,
                    QUERY)
            .example("""
                    hosts: [payments, "*.payments.internal"]
                    path: {template: "/orders/{id}"}
                    methods: [GET, POST]
                    headers: {x-tenant: acme, x-debug: {present: true}, user-agent: {regex: "curl/.*"}}
                    query: {dry: "1"}
                    """);

    public MatchConfig {
        hosts = List.copyOf(hosts);
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    }

    public static MatchConfig everything() {
        return BLOCK.ofDefaults();
    }

    /** Whether the value that this header is compared with lets somebody in, and is shown to nobody. */
    public boolean hides(String header) {
        return HttpTexts.SECRET_HEADERS.contains(header);
    }
}
