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
    private static final int TRACE_LENGTH = 55; // what is behind it, in a later version, is for others

    private final long high;
    private final long low; // never 0, so that trace id and span id are valid
    private final byte[] head; // the client's
    private final int requestIdFrom; // in the head; nothing is named where it ends at its beginning
    private final int requestIdTo;
    private final int traceFrom; // likewise
    private final int traceTo;
    private final boolean sampled; // whether spans tell of the exchange
    private final boolean alone; // whether those have nothing to do with the client's trace

    /** With 128 random bits for what the head does not name: what is not there ends where it begins. */
    public Identity(long high, long low, byte[] head, int requestIdFrom, int requestIdTo, int traceFrom, int traceTo) {
        this(high, low, head, requestIdFrom, requestIdTo, traceFrom, traceTo, false, false);
    }

    private Identity(
            long high,
            long low,
            byte[] head,
            int requestIdFrom,
            int requestIdTo,
            int traceFrom,
            int traceTo,
            boolean sampled,
            boolean alone) {
        this.high = high;
        this.low = low == 0 ? 1 : low;
        this.head = head;
        this.requestIdFrom = requestIdFrom;
        this.requestIdTo = requestIdTo;
        this.traceFrom = traceFrom;
        this.traceTo = traceTo;
        this.sampled = sampled;
        this.alone = alone;
    }

    /** With 128 random bits for what is null. */
    public static Identity of(long high, long low, @Nullable String requestId, @Nullable String traceparent) {
        String id = requestId == null ? "" : requestId;
        String trace = traceparent == null ? "" : traceparent;
        byte[] head = (id + trace).getBytes(StandardCharsets.ISO_8859_1);
        return new Identity(high, low, head, 0, id.length(), id.length(), head.length);
    }

    /**
     * The names of the same exchange, of which spans are to tell. They are kept until those are sent, which may be long
     * after its end, so they leave the client's head behind.
     *
     * @param propagates whether they belong to the client's trace, and the upstream is told of them; else they are a
     *     trace of their own, and what the client said of its trace passes as it is
     */
    public Identity sampled(boolean propagates) {
        int id = requestIdTo - requestIdFrom;
        int trace = Math.min(traceTo - traceFrom, TRACE_LENGTH);
        byte[] own = new byte[id + trace];
        System.arraycopy(head, requestIdFrom, own, 0, id);
        System.arraycopy(head, traceFrom, own, id, trace);
        return new Identity(high, low, own, 0, id, id, id + trace, true, !propagates);
    }

    /** Whether spans tell of the exchange. */
    public boolean sampled() {
        return sampled;
    }

    /** Whether the upstream is to be told of the attempt's span instead of what the client said. */
    public boolean propagates() {
        return sampled && !alone;
    }

    /** Whether the client says that its trace is recorded. */
    public boolean clientSampled() {
        return hasOwnTrace() && (flags() & 1) != 0;
    }

    /** The half of the trace id by which chance decides. */
    public long chance() {
        return low;
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
        return hasOwnTrace() && !alone ? text(traceFrom + 3, traceFrom + 35) : hex();
    }

    /** 16 hexadecimal digits: of the exchange's own span; where there is none, of the client's, or made. */
    public String spanId() {
        return hasOwnTrace() && !sampled ? text(traceFrom + 36, traceFrom + 52) : hex().substring(16);
    }

    /** 16 hexadecimal digits: the span that the exchange's own is a child of; empty when it has none. */
    public String parentSpanId() {
        return hasOwnTrace() && sampled && !alone ? text(traceFrom + 36, traceFrom + 52) : "";
    }

    /** 16 hexadecimal digits: the span of one sending of a sampled exchange, each another one. */
    public String attemptSpanId(int sending) {
        byte[] digits = new byte[16];
        hex(attemptSpan(sending), digits, 0);
        return new String(digits, StandardCharsets.ISO_8859_1);
    }

    /** Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014: no two sendings have the same. */
    private long attemptSpan(int sending) {
        long bits = low + sending * 0x9E3779B97F4A7C15L;
        bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
        bits ^= bits >>> 31;
        return bits == 0 ? 1 : bits;
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
        return copyTrace(false, low, '0', into, at);
    }

    /** Writes the traceparent of one sending of a sampled exchange, 55 bytes, and tells where the next byte would go. */
    public int copyAttemptTrace(int sending, byte[] into, int at) {
        boolean own = hasOwnTrace() && !alone;
        char flags = own && (flags() & 2) != 0 ? '3' : '1'; // random trace id
        return copyTrace(own, attemptSpan(sending), flags, into, at);
    }

    private int copyTrace(boolean own, long span, char flags, byte[] into, int at) {
        into[at] = '0';
        into[at + 1] = '0';
        into[at + 2] = '-';
        int next = at + 3;
        if (own) {
            System.arraycopy(head, traceFrom + 3, into, next, 32);
            next += 32;
        } else {
            next = copyMadeId(into, next);
        }
        into[next] = '-';
        next = hex(span, into, next + 1);
        into[next] = '-';
        into[next + 1] = '0';
        into[next + 2] = (byte) flags;
        return next + 3;
    }

    /** The low half of the client's trace flags. */
    private int flags() {
        return Character.digit(head[traceFrom + 54], 16);
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
