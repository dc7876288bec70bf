package io.outrigger.proxy.http1;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as it was received. Immutable.
 *
 * @param bytes the whole head
 * @param bodiless the request as filters see it, but without its body
 * @param minor 0 for HTTP/1.0, else 1
 * @param contentLength in bytes; -1 when there is none
 * @param persistent whether the client may send another request on this connection
 * @param requestIdFrom where the client's own stands in the head; where it has none that is good, it ends there, too
 * @param traceFrom likewise, for traceparent
 */
public record RequestHead(
        byte[] bytes,
        Request bodiless,
        int minor,
        long contentLength,
        boolean chunked,
        boolean persistent,
        int requestIdFrom,
        int requestIdTo,
        int traceFrom,
        int traceTo) {

    public String method() {
        return bodiless.method();
    }

    public Target target() {
        return bodiless.target();
    }

    public Headers headers() {
        return bodiless.headers();
    }

    /** The protocol to change to; null for none. */
    public @Nullable String upgrade() {
        return bodiless.upgrade();
    }

    public boolean trailersWanted() {
        return bodiless.trailersWanted();
    }

    /** The request as filters see it. */
    public Request request(Body body) {
        return body == Body.EMPTY ? bodiless : bodiless.withBody(body);
    }

    /** What the exchange is called, with 128 random bits for what the client did not name. */
    public Identity identity(long high, long low) {
        return new Identity(high, low, bytes, requestIdFrom, requestIdTo, traceFrom, traceTo);
    }

    public boolean hasBody() {
        return chunked || contentLength > 0;
    }
}
