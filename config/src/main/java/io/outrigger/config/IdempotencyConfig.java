package io.outrigger.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which requests carry a key, how long their answers are kept, and what happens when one is lost. Immutable. */
public record IdempotencyConfig(
        String header,
        Set<String> methods,
        boolean required,
        List<String> scope,
        InFlight inFlight,
        Duration waitFor,
        Duration keepFor,
        Duration lease,
        DataSize maxBody,
        DataSize maxResponse,
        ServerErrors serverErrors,
        Unknown unknown,
        boolean upstreamHonoursKey,
        String store,
        OnStoreFailure onStoreFailure,
        DataSize memoryMaxBytes) {

    /** What a request does whose key is in flight. */
    public enum InFlight {
        WAIT,
        REJECT
    }

    /** What a 5xx answer means for the key. */
    public enum ServerErrors {
        UNKNOWN,
        FORGET,
        STORE
    }

    /** What becomes of a key whose answer was lost. */
    public enum Unknown {
        HOLD,
        RELEASE
    }

    /** What a request does when the store cannot be asked. */
    public enum OnStoreFailure {
        REFUSE,
        FORWARD
    }

    public IdempotencyConfig {
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
        scope = List.copyOf(scope);
    }
}
