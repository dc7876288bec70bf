package io.outrigger.proxy.http1;

/**
 * How large a head may be. Immutable.
 *
 * @param headBytes of the whole head with its empty line
 * @param fields the number of field lines
 * @param targetBytes of the request target alone
 */
public record HeadLimits(int headBytes, int fields, int targetBytes) {
    /** What is taken from upstreams, whose heads are allowed to be larger than those of clients. */
    public static final HeadLimits UPSTREAM = new HeadLimits(64 * 1024, 256, 0);
}
