package io.outrigger.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is answered when the upstream cannot: a ladder whose first able rung does. Immutable. */
public record FallbackConfig(boolean onFailure, StatusSet statuses, List<Rung> rungs) {
    public FallbackConfig {
        rungs = List.copyOf(rungs);
    }

    /** Immutable. */
    public sealed interface Rung {
        /** The last good answer. */
        record Stale(Duration maxAge, DataSize maxBody, DataSize maxBytes) implements Rung {}

        record Upstream(String upstream) implements Rung {}

        /** A fixed answer. */
        record Respond(int status, Map<String, String> headers, String body) implements Rung {
            public Respond {
                headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
            }
        }
    }
}
