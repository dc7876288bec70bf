package io.outrigger.exchange;

/**
 * The body of a response with status 101: the bytes that come from the server in the protocol that was agreed on,
 * and the way for those that go to it (RFC 9110 §7.8). Its end is the server's half-close. Confined to one loop.
 */
public interface Tunnel extends Body {
    /** Starts to send the client's bytes, from the first one behind its request on. At most once. */
    void send(Body client);
}
