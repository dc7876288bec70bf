package io.outrigger.exchange;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange is called in headers, logs and traces: its request id, and its trace context (W3C Trace Context,
 * §3.2). What the client did not name is made from random bits, as bytes only when somebody asks. Immutable.
 */
public final class Identity {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    private final long high;
    private final long low; // never 0, so that trace id and span id are valid
    private final @Nullable String requestId; // the client's, null when it is made
    private final @Nullable String traceparent; // the client's, null when it is made

    /** With 128 random bits for what is null. */
    public Identity(long high, long low, @Nullable String requestId, @Nullable String traceparent) {
        this.high = high;
        this.low = low == 0 ? 1 : low;
        this.requestId = requestId;
        this.traceparent = traceparent;
    }

    /** Whether the client named its request itself. */
    public boolean hasOwnRequestId() {
        return requestId != null;
    }

    /** Whether the client came with a trace of its own. */
    public boolean hasOwnTrace() {
        return traceparent != null;
    }

    /** 1 to 128 characters. */
    public String requestId() {
        return requestId != null ? requestId : hex();
    }

    /** 32 hexadecimal digits. */
    public String traceId() {
        return traceparent != null ? traceparent.substring(3, 35) : hex();
    }

    /** 16 hexadecimal digits: of the client's span, or of the one that stands for the proxy. */
    public String spanId() {
        return traceparent != null ? traceparent.substring(36, 52) : hex().substring(16);
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
