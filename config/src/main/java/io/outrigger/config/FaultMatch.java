package io.outrigger.config;

import io.outrigger.config.key.Block;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which requests of a route faults are for: all that is given must hold; what is empty matches everything. Immutable. */
public record FaultMatch(Set<String> methods, Map<String, ValueMatch> headers) {
    static final Block<FaultMatch> BLOCK = Block.of(
            "Which of the route's requests they are for: all that is given must hold.",
            v -> new FaultMatch(
                    new LinkedHashSet<>(v.get(MatchConfig.METHODS).orElse(List.of())),
                    v.get(MatchConfig.HEADERS).orElse(Map.of())),
            MatchConfig.METHODS,
            MatchConfig.HEADERS);

    public FaultMatch {
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    public static FaultMatch everything() {
        return BLOCK.ofDefaults();
    }
}
