package io.outrigger.exchange;

import org.jspecify.annotations.Nullable;

/**
 * The head of a request and the body that follows it. Immutable; the body can be read once.
 *
 * @param method as received; methods are case-sensitive
 * @param headers the end-to-end fields, with Host, and with Content-Length where the length is known
 * @param upgrade the protocol that the client wants to change to, as received; null for none
 * @param trailersWanted whether the client reads trailers (RFC 9110 §10.1.4)
 * @param sending which one of its exchange this is, from 1: at most ten attempts with two hedges each
 * @param fresh whether it must go on a connection that was never used before
 */
public record Request(
        String method,
        Target target,
        Headers headers,
        Body body,
        @Nullable String upgrade,
        boolean trailersWanted,
        byte sending,
        boolean fresh) {

    public static final HeaderName HOST = HeaderName.of("host");

    /** The number of the first sending. */
    public static final byte FIRST = 1;

    public Request(String method, Target target, Headers headers, Body body) {
        this(method, target, headers, body, null, false, FIRST, false);
    }

    /** Host and port as the client gave them, in its spelling; null when it gave none (HTTP/1.0). */
    public @Nullable String host() {
        return headers.get(HOST);
    }

    /** Which sending of its exchange this is, from 1. */
    public int attempt() {
        return sending;
    }

    public Request withBody(Body other) {
        return new Request(method, target, headers, other, upgrade, trailersWanted, sending, fresh);
    }

    public Request withHeaders(Headers other) {
        return new Request(method, target, other, body, upgrade, trailersWanted, sending, fresh);
    }

    public Request withTarget(Target other) {
        return new Request(method, other, headers, body, upgrade, trailersWanted, sending, fresh);
    }

    /** The same request as another attempt, with a body that begins anew. */
    public Request again(int number, Body anew, boolean onFreshConnection) {
        return new Request(method, target, headers, anew, upgrade, trailersWanted, (byte) number, onFreshConnection);
    }
}
