package io.outrigger.admin;

import io.netty.handler.codec.http.HttpMethod;
import java.util.function.Supplier;

/**
 * One thing that can be asked of the server: a method at a path, what answers it, and what people are told of it.
 * Requests are dispatched and the OpenAPI document is written from the same list of these, so that they cannot
 * disagree. Immutable.
 *
 * @param path may have segments such as {@code {name}}, which stand for any one segment
 * @param changes whether something may be another way afterwards, which is logged
 * @param takesBody whether the body of a request is read for it; where not, it is thrown away
 * @param description made only when somebody asks: the start does not wait for it
 */
record Operation(
        HttpMethod method,
        String path,
        Audience audience,
        boolean changes,
        boolean takesBody,
        Page page,
        Supplier<Description> description) {
    /** Whom a page is for. Immutable. */
    enum Audience {
        /** Without a token, and on the telemetry port, too. */
        PROBES,
        /** Without a token: browsers cannot show one before they have a page that asks for it. */
        BROWSERS,
        /** With the token, where there is one. */
        OPERATORS;

        boolean needsToken() {
            return this == OPERATORS;
        }
    }

    /** A page to look at; HEAD comes with it. */
    static Operation get(String path, Audience audience, Page page, Supplier<Description> description) {
        return new Operation(HttpMethod.GET, path, audience, false, false, page, description);
    }

    /** A question whose body says what it is about, for operators; it changes nothing. */
    static Operation ask(String path, Page page, Supplier<Description> description) {
        return new Operation(HttpMethod.POST, path, Audience.OPERATORS, false, true, page, description);
    }

    /** Something that is changed as the body says, for operators. */
    static Operation change(HttpMethod method, String path, Page page, Supplier<Description> description) {
        return new Operation(method, path, Audience.OPERATORS, true, true, page, description);
    }

    /** Something that is changed whatever the body says, for operators. */
    static Operation act(HttpMethod method, String path, Page page, Supplier<Description> description) {
        return new Operation(method, path, Audience.OPERATORS, true, false, page, description);
    }

    /** Such as {@code GET /config}. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
