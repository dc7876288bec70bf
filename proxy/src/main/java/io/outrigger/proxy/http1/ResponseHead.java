package io.outrigger.proxy.http1;

import io.outrigger.exchange.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The head of a response as it was received. Immutable.
 *
 * @param status 100 to 599
 * @param contentLength in bytes; -1 when there is none
 * @param persistent whether the connection may be used again
 * @param upgrade the protocol that it changes to; null for none
 */
public record ResponseHead(
        int status,
        Headers headers,
        long contentLength,
        boolean chunked,
        boolean persistent,
        @Nullable String upgrade) {}
