package io.outrigger.proxy.downstream;

import io.outrigger.exchange.Failure;
import io.outrigger.proxy.http1.HeadLimits;
import java.util.concurrent.TimeUnit;

/**
 * What a listener bears from its clients. Immutable.
 *
 * @param headNanos from the first byte of a head to its last
 * @param idleNanos between two requests, and before the first
 * @param bodyIdleNanos between two pieces of a body that is being read
 */
public record ClientLimits(HeadLimits head, long headNanos, long idleNanos, long bodyIdleNanos) {
    /** An old client on a Unix socket, which knows no reset, could not tell a cut response from a whole one. */
    static final Failure NO_HTTP_10 = Failure.of(
            Failure.Kind.BAD_VERSION, "HTTP/1.0 on a Unix socket (expected: HTTP/1.1, whose responses show their end)");

    Failure headTimeout() {
        return Failure.of(Failure.Kind.HEAD_TIMEOUT, "no complete head within " + millis(headNanos));
    }

    Failure bodyTimeout() {
        return Failure.of(Failure.Kind.BODY_TIMEOUT, "nothing of the request's body came for " + millis(bodyIdleNanos));
    }

    private static String millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
    }
}
