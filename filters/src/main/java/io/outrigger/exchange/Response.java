package io.outrigger.exchange;

/**
 * The head of a response and the body that follows it. Immutable; the body can be read once.
 *
 * @param status 200 to 599, or 101 when both sides change to another protocol
 * @param headers the end-to-end fields, with Content-Length where the length is known
 */
public record Response(int status, Headers headers, Body body) implements Answer {
    public Response withHeaders(Headers other) {
        return new Response(status, other, body);
    }

    public Response withBody(Body other) {
        return new Response(status, headers, other);
    }
}
