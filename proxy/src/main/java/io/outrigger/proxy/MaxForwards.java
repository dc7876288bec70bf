package io.outrigger.proxy;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;

/** Counts the hops of OPTIONS and TRACE down, and answers where they end (RFC 9110 §7.6.2). Immutable. */
final class MaxForwards {
    private static final HeaderName NAME = HeaderName.of("max-forwards");
    private static final int MOST_DIGITS = 9;

    private MaxForwards() {}

    /** How often the request may still be forwarded; -1 when it does not say, or not in a way that makes sense. */
    static int of(Request request) {
        String method = request.method();
        if (!method.equals("OPTIONS") && !method.equals("TRACE")) {
            return -1;
        }
        String value = request.headers().get(NAME);
        if (value == null || value.isEmpty() || value.length() > MOST_DIGITS) {
            return -1;
        }
        return value.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(value) : -1;
    }

    /** The request as it goes on, when it may be forwarded {@code times} times, from 1. */
    static Request counted(Request request, int times) {
        return request.withHeaders(request.headers().with(NAME, Integer.toString(times - 1)));
    }

    /** The answer to a request that may not be forwarded. */
    static Reply end(Request request) {
        return request.method().equals("OPTIONS")
                ? Reply.of(new Response(200, Headers.of("content-length", "0"), Body.EMPTY))
                : Reply.failed(Failure.of(Failure.Kind.NOT_IMPLEMENTED, "TRACE ends here, and is not echoed"));
    }
}
