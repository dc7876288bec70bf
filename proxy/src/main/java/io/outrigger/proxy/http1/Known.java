package io.outrigger.proxy.http1;

import io.outrigger.exchange.HeaderName;
import org.jspecify.annotations.Nullable;

/** The fields that the proxy itself reads or writes (RFC 9110 §7.6, RFC 9112 §6, W3C Trace Context). Immutable. */
enum Known {
    CONNECTION("connection"),
    KEEP_ALIVE("keep-alive"),
    PROXY_CONNECTION("proxy-connection"),
    TE("te"),
    TRANSFER_ENCODING("transfer-encoding"),
    CONTENT_LENGTH("content-length"),
    UPGRADE("upgrade"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    HTTP2_SETTINGS("http2-settings"),
    HOST("host"),
    VIA("via"),
    DATE("date"),
    EXPECT("expect"),
    MAX_FORWARDS("max-forwards"),
    REQUEST_ID("x-request-id"),
    REQUEST_TIMEOUT("x-request-timeout-ms"),
    ATTEMPT("x-outrigger-attempt"),
    TRACEPARENT("traceparent"),
    TRACESTATE("tracestate");

    private static final int MASK = 127;
    private static final @Nullable Known[] TABLE = new @Nullable Known[MASK + 1]; // open addressing by hash

    static {
        for (Known known : values()) {
            int slot = slot(known.name.hash());
            while (TABLE[slot] != null) {
                slot = slot + 1 & MASK;
            }
            TABLE[slot] = known;
        }
    }

    private final HeaderName name;

    Known(String name) {
        this.name = HeaderName.of(name);
    }

    HeaderName headerName() {
        return name;
    }

    /** The known field of that name, null when it is none of these. */
    static @Nullable Known of(byte[] bytes, int from, int to, int hash) {
        int slot = slot(hash);
        Known known;
        while ((known = TABLE[slot]) != null) {
            if (known.name.hash() == hash && known.name.length() == to - from && known.name.is(bytes, from)) {
                return known;
            }
            slot = slot + 1 & MASK;
        }
        return null;
    }

    private static int slot(int hash) {
        return hash * 0x9E3779B9 >>> 25;
    }
}
