package io.outrigger.proxy.http1;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as it was received. Immutable.
 *
 * @param minor 0 for HTTP/1.0, else 1
 * @param contentLength in bytes; -1 when there is none
 * @param persistent whether the client may send another request on this connection
 * @param upgrade the protocol to change to; null for none
 * @param requestId the client's own, null when it has none that is good
 * @param traceparent the client's own, null when it has none that is good
 */
public record RequestHead(
        String method,
        Target target,
        int minor,
        Headers headers,
        long contentLength,
        boolean chunked,
        boolean persistent,
        @Nullable String upgrade,
        @Nullable String requestId,
        @Nullable String traceparent,
        boolean trailersWanted) {

    /** The request as filters see it. */
    public Request request(Body body) {
        return new Request(method, target, headers, body, upgrade, trailersWanted, 1, false);
    }

    public boolean hasBody() {
        return chunked || contentLength > 0;
    }
}
