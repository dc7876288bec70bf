package io.outrigger.filter.observe;

import io.outrigger.metrics.Counter;
import java.util.function.Function;

/** What is counted of the TLS handshakes of a listener. Each call is made on the loop it names. Shared by all loops. */
public final class HandshakeMeters {
    private final Function<String, Counter> byResult;
    private final Counter success;

    HandshakeMeters(Function<String, Counter> byResult) {
        this.byResult = byResult;
        this.success = byResult.apply("success");
    }

    /** Counts this result from 0 on, so that the first one is seen as an increase. */
    public void mayFail(String result) {
        var _ = byResult.apply(result);
    }

    public void success(int loop) {
        success.increment(loop);
    }

    /** The result is a word of a closed set, as it labels a metric. */
    public void failure(int loop, String result) {
        byResult.apply(result).increment(loop);
    }
}
