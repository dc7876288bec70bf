package io.outrigger.config;

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

    public MatchConfig {
        hosts = List.copyOf(hosts);
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    }

    public static MatchConfig everything() {
        return new MatchConfig(List.of(), Optional.empty(), Set.of(), Map.of(), Map.of());
    }
}
