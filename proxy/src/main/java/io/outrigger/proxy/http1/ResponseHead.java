package io.outrigger.proxy.http1;

import io.outrigger.exchange.Headers;
import org.jspecify.annotations.Nullable;

/** The head of a response as it was received; good until its scanner reads the next one. Confined to one loop. */
public final class ResponseHead {
    private int status;
    private Headers headers = Headers.NONE;
    private long contentLength;
    private boolean chunked;
    private boolean persistent;
    private @Nullable String upgrade;

    ResponseHead() {}

    ResponseHead of(
            int itsStatus,
            Headers itsHeaders,
            long itsLength,
            boolean isChunked,
            boolean isPersistent,
            @Nullable String itsUpgrade) {
        status = itsStatus;
        headers = itsHeaders;
        contentLength = itsLength;
        chunked = isChunked;
        persistent = isPersistent;
        upgrade = itsUpgrade;
        return this;
    }

    /** 100 to 599. */
    public int status() {
        return status;
    }

    public Headers headers() {
        return headers;
    }

    /** In bytes; -1 when there is none. */
    public long contentLength() {
        return contentLength;
    }

    public boolean chunked() {
        return chunked;
    }

    /** Whether the connection may be used again. */
    public boolean persistent() {
        return persistent;
    }

    /** The protocol that it changes to; null for none. */
    public @Nullable String upgrade() {
        return upgrade;
    }
}
