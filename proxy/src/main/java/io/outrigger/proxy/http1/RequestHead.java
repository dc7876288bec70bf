package io.outrigger.proxy.http1;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import org.jspecify.annotations.Nullable;

/** The head of a request as it was received; good until its scanner reads the next one. Confined to one loop. */
public final class RequestHead {
    private static final Request NONE = new Request("", Target.of("/"), Headers.NONE, Body.EMPTY);

    private byte[] bytes = {}; // the whole head
    private Request bodiless = NONE;
    private int minor;
    private long contentLength;
    private boolean chunked;
    private boolean persistent;
    private int requestIdFrom; // in the head; ends where it begins when there is none that is good
    private int requestIdTo;
    private int traceFrom; // likewise
    private int traceTo;

    RequestHead() {}

    RequestHead of(byte[] whole, Request request, int itsMinor, KnownFields known, Fields fields) {
        bytes = whole;
        bodiless = request;
        minor = itsMinor;
        contentLength = known.contentLength;
        chunked = known.chunked;
        persistent = known.persistent(itsMinor);
        requestIdFrom = known.requestId < 0 ? 0 : fields.valueFrom(whole, known.requestId);
        requestIdTo = known.requestId < 0 ? 0 : fields.valueTo(whole, known.requestId, requestIdFrom);
        traceFrom = known.traceparent < 0 ? 0 : fields.valueFrom(whole, known.traceparent);
        traceTo = known.traceparent < 0 ? 0 : fields.valueTo(whole, known.traceparent, traceFrom);
        return this;
    }

    public String method() {
        return bodiless.method();
    }

    public Target target() {
        return bodiless.target();
    }

    /** 0 for HTTP/1.0, else 1. */
    public int minor() {
        return minor;
    }

    public Headers headers() {
        return bodiless.headers();
    }

    /** In bytes; -1 when there is none. */
    public long contentLength() {
        return contentLength;
    }

    public boolean chunked() {
        return chunked;
    }

    /** Whether the client may send another request on this connection. */
    public boolean persistent() {
        return persistent;
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
