package io.outrigger.config;

import java.net.URI;
import java.util.List;

/** Where spans go, how many, and how trace contexts travel. Immutable. */
public record TracingConfig(URI otlpEndpoint, Share sample, List<Propagator> propagators) {
    /** A way in which trace contexts are written into headers. */
    public enum Propagator {
        TRACECONTEXT,
        BAGGAGE
    }

    public TracingConfig {
        propagators = List.copyOf(propagators);
    }
}
