package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Word;
import java.net.URI;
import java.util.List;

/** Where spans go, how many, and how trace contexts travel. Immutable. */
public record TracingConfig(URI otlpEndpoint, Share sample, List<Propagator> propagators) {
    /** A way in which trace contexts are written into headers. */
    public enum Propagator {
        TRACECONTEXT,
        BAGGAGE
    }

    private static final Key<URI> OTLP_ENDPOINT = Key.of(
            "otlpEndpoint",
            Texts.uri("an http:// or https:// URL", List.of("http", "https")),
            "The collector, as OTLP over HTTP reaches it.");
    private static final Key<Share> SAMPLE = Key.of(
                    "sample", Shares.ANY, "Share of the exchanges that are traced where the client has not decided.")
            .or("10%");
    private static final Key<List<Propagator>> PROPAGATORS = Key.of(
                    "propagators", Word.of(Propagator.values()).list(1), "How trace contexts travel in headers.")
            .or("[tracecontext, baggage]");

    static final Block<TracingConfig> BLOCK = Block.of(
                    "Where spans go, how many, and how trace contexts travel.",
                    v -> new TracingConfig(v.get(OTLP_ENDPOINT), v.get(SAMPLE), v.get(PROPAGATORS)),
                    OTLP_ENDPOINT,
                    SAMPLE,
                    PROPAGATORS)
            .example("""
                    otlpEndpoint: http://collector:4318
                    sample: 1%
                    """);

    public TracingConfig {
        propagators = List.copyOf(propagators);
        Texts.checkHost("otlpEndpoint", otlpEndpoint);
    }
}
