package io.outrigger.exchange;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange is called in headers, logs and traces: its request id, and its trace context (W3C Trace Context,
 * §3.2). What the client named stays in the bytes of its head, and what it did not is made from random bits: neither
 * becomes a string before somebody asks. Immutable.
 */
public final class Identity {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    private final long high;
    private final long low; // never 0, so that trace id and span id are valid
    private final byte[] head; // the client's
    private final int requestIdFrom; // in the head; nothing is named where it ends at its beginning
    private final int requestIdTo;
    private final int traceFrom; // likewise
    private final int traceTo;

    /** With 128 random bits for what the head does not name: what is not there ends where it begins. */
    public Identity(long high, long low, byte[] head, int requestIdFrom, int requestIdTo, int traceFrom, int traceTo) {
        this.high = high;
        this.low = low == 0 ? 1 : low;
        this.head = head;
        this.requestIdFrom = requestIdFrom;
        this.requestIdTo = requestIdTo;
        this.traceFrom = traceFrom;
        this.traceTo = traceTo;
    }

    /** With 128 random bits for what is null. */
    public static Identity of(long high, long low, @Nullable String requestId, @Nullable String traceparent) {
        String id = requestId == null ? "" : requestId;
        String trace = traceparent == null ? "" : traceparent;
        byte[] head = (id + trace).getBytes(StandardCharsets.ISO_8859_1);
        return new Identity(high, low, head, 0, id.length(), id.length(), head.length);
    }

    /** Whether the client named its request itself. */
    public boolean hasOwnRequestId() {
        return requestIdTo > requestIdFrom;
    }

    /** Whether the client came with a trace of its own. */
    public boolean hasOwnTrace() {
        return traceTo > traceFrom;
    }

    /** 1 to 128 characters. */
    public String requestId() {
        return hasOwnRequestId() ? text(requestIdFrom, requestIdTo) : hex();
    }

    /** 32 hexadecimal digits. */
    public String traceId() {
        return hasOwnTrace() ? text(traceFrom + 3, traceFrom + 35) : hex();
    }

    /** 16 hexadecimal digits: of the client's span, or of the one that stands for the proxy. */
    public String spanId() {
        return hasOwnTrace() ? text(traceFrom + 36, traceFrom + 52) : hex().substring(16);
    }

    /** In bytes. */
    public int requestIdLength() {
        return hasOwnRequestId() ? requestIdTo - requestIdFrom : 32;
    }

    /** Writes the request id, whoever made it, and tells where the next byte would go. */
    public int copyRequestId(byte[] into, int at) {
        if (!hasOwnRequestId()) {
            return copyMadeId(into, at);
        }
        System.arraycopy(head, requestIdFrom, into, at, requestIdTo - requestIdFrom);
        return at + requestIdTo - requestIdFrom;
    }

    /** Writes the made request id, 32 bytes, and tells where the next byte would go. */
    public int copyMadeId(byte[] into, int at) {
        return hex(low, into, hex(high, into, at));
    }

    /** Writes the made traceparent, 55 bytes and unsampled, and tells where the next byte would go. */
    public int copyMadeTrace(byte[] into, int at) {
        into[at] = '0';
        into[at + 1] = '0';
        into[at + 2] = '-';
        int next = copyMadeId(into, at + 3);
        into[next] = '-';
        next = hex(low, into, next + 1);
        into[next] = '-';
        into[next + 1] = '0';
        into[next + 2] = '0';
        return next + 3;
    }

    private String text(int from, int to) {
        return new String(head, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private String hex() {
        byte[] digits = new byte[32];
        copyMadeId(digits, 0);
        return new String(digits, StandardCharsets.ISO_8859_1);
    }

    private static int hex(long bits, byte[] into, int at) {
        for (int i = 0; i < 16; i++) {
            into[at + i] = HEX[(int) (bits >>> 60 - 4 * i) & 15];
        }
        return at + 16;
    }
}
