package io.outrigger.proxy.http1;

/** What becomes of a received field line. Immutable. */
enum Line {
    /** End to end: read by filters and sent on as it is. */
    KEPT,
    /** Read by filters, but the proxy writes its own in its place. */
    REPLACED,
    /** Hop by hop: neither read nor sent on. */
    DROPPED
}
