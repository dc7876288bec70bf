package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.MapOf;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.WholeNumber;
import io.outrigger.config.key.Word;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is answered when the upstream cannot: a ladder whose first able rung does. Immutable. */
public record FallbackConfig(boolean onFailure, StatusSet statuses, List<Rung> rungs) {
    private enum Condition {
        FAILURE
    }

    private static final Key<List<Object>> ON = Key.of(
                    "on",
                    OneOf.<Object>of(
                                    Word.<Object>of(Condition.values()),
                                    Statuses.of(400, 599).map(r -> r))
                            .list(1),
                    "What it answers for: failure is one blamed on upstream or proxy.")
            .or("[failure, 500-599]");
    private static final Key<List<Rung>> RUNGS =
            Key.of("rungs", Rung.Keys.BLOCK.list(1), "The ladder; the first rung that can answer does.");

    static final Block<FallbackConfig> BLOCK = Block.of(
                    "What is answered when the upstream cannot.",
                    v -> new FallbackConfig(
                            v.get(ON).contains(Condition.FAILURE),
                            StatusSet.of(List.copyOf(RetryConfig.some(StatusSet.Range.class, v.get(ON)))),
                            v.get(RUNGS)),
                    ON,
                    RUNGS)
            .example("""
                    on: [failure, 503]
                    rungs:
                      - stale: {maxAge: 10m}
                      - respond: {status: 200, headers: {content-type: application/json}, body: '{"comments":[]}'}
                    """);

    public FallbackConfig {
        rungs = List.copyOf(rungs);
    }

    /** Immutable. */
    public sealed interface Rung {
        /** The last good answer. */
        record Stale(Duration maxAge, DataSize maxBody, DataSize maxBytes) implements Rung {
            private static final Key<Duration> MAX_AGE = Key.of(
                            "maxAge", Durations.upTo(Duration.ofDays(30)), "No older answer is given.")
                    .or("10m");
            private static final Key<DataSize> MAX_BODY = Key.of(
                            "maxBody", Sizes.upTo(DataSize.ofMiB(16)), "No longer answer is kept.")
                    .or("256KiB");
            private static final Key<DataSize> MAX_BYTES = Key.of(
                            "maxBytes", Sizes.upTo(new DataSize(1L << 30)), "What it may hold in all.")
                    .or("8MiB");

            static final Block<Rung> BLOCK = Block.of(
                    "The last good answer to the same request.",
                    v -> new Stale(v.get(MAX_AGE), v.get(MAX_BODY), v.get(MAX_BYTES)),
                    MAX_AGE,
                    MAX_BODY,
                    MAX_BYTES);

            public Stale {
                MAX_AGE.check(maxAge);
                MAX_BODY.check(maxBody);
                MAX_BYTES.check(maxBytes);
            }
        }

        record Upstream(String upstream) implements Rung {}

        /** A fixed answer. */
        record Respond(int status, Map<String, String> headers, String body) implements Rung {
            private static final Key<Integer> STATUS =
                    Key.of("status", WholeNumber.of(200, 599), "Its status.").or("200");
            private static final Key<Map<String, String>> HEADERS = Key.of(
                            "headers", MapOf.of(HttpTexts.HEADER_NAME, HttpTexts.HEADER_VALUE), "Its headers.")
                    .or("{}");
            private static final Key<String> BODY =
                    Key.of("body", Texts.ANY, "Its body.").or("\"\"");

            static final Block<Rung> BLOCK = Block.of(
                    "A fixed answer.",
                    v -> new Respond(v.get(STATUS), v.get(HEADERS), v.get(BODY)),
                    STATUS,
                    HEADERS,
                    BODY);

            /** What says where an answer ends, and what becomes of its connection. */
            private static final Set<String> FRAMING = Set.of(
                    "connection",
                    "content-length",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

            public Respond {
                STATUS.check(status);
                for (String name : headers.keySet()) {
                    boolean framing = FRAMING.contains(name.toLowerCase(Locale.ROOT));
                    Rejected.unless(!framing, "headers", name, "a header that the proxy does not write itself");
                }
                headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
            }
        }

        /** How the file says it. */
        final class Keys {
            private static final Key<Optional<Rung>> STALE =
                    Key.optional("stale", Stale.BLOCK, "The last good answer to the same request.");
            private static final Key<Optional<Rung>> UPSTREAM =
                    Key.optional("upstream", Texts.UPSTREAM.map(Upstream::new), "What another upstream answers.");
            private static final Key<Optional<Rung>> RESPOND =
                    Key.optional("respond", Respond.BLOCK, "A fixed answer.");

            static final Block<Rung> BLOCK = Block.of(
                            "One way to answer.", v -> v.only(STALE, UPSTREAM, RESPOND), STALE, UPSTREAM, RESPOND)
                    .ofAlternatives();

            private Keys() {}
        }
    }
}
