package io.outrigger.proxy.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Response;
import io.outrigger.filter.observe.Meters;
import io.outrigger.proxy.loop.BufferStock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The one place where a failure becomes an answer: status, Proxy-Status (RFC 9209), problem document (RFC 9457). Immutable. */
final class Problem {
    private static final HeaderName RETRY_AFTER = HeaderName.of("retry-after");

    private Problem() {}

    /** The answer for a client; the body is there, also when the method will not show it. */
    static Response of(Failure failure, Exchange exchange, ByteBufAllocator allocator) {
        byte[] document = document(failure, exchange).getBytes(StandardCharsets.UTF_8);
        Headers headers = Headers.of(
                "content-type",
                "application/problem+json",
                "proxy-status",
                "outrigger; error=" + failure.kind().proxyStatus() + "; details=" + string(failure.detail()));
        if (failure.retryAfterSeconds() > 0) {
            headers = headers.plus(RETRY_AFTER, Integer.toString(failure.retryAfterSeconds()));
        }
        if (failure.fields() != Headers.NONE) {
            headers = both(headers, failure.fields());
        }
        ByteBuf content = BufferStock.current().take(allocator, document.length).writeBytes(document);
        return new Response(failure.kind().status(), headers, Body.of(content));
    }

    private static Headers both(Headers first, Headers second) {
        List<String> all = new ArrayList<>();
        BiConsumer<String, String> add = (name, value) -> {
            all.add(name);
            all.add(value);
        };
        first.forEach(add);
        second.forEach(add);
        return Headers.of(all.toArray(String[]::new));
    }

    /** Whether nothing more can be read from the client after this failure, because its bytes make no sense any more. */
    static boolean endsConnection(Failure failure) {
        return switch (failure.kind()) {
            case BAD_REQUEST,
                    HEAD_TOO_LARGE,
                    URI_TOO_LONG,
                    HEAD_TIMEOUT,
                    NOT_IMPLEMENTED,
                    BAD_VERSION,
                    BAD_BODY,
                    BODY_TIMEOUT,
                    CONNECTIONS_FULL -> true;
            default -> false;
        };
    }

    private static String document(Failure failure, Exchange exchange) {
        StringBuilder json = new StringBuilder(256);
        json.append("{\"type\":\"urn:outrigger:problem:")
                .append(failure.kind().problem())
                .append("\",\"title\":");
        quote(json, failure.kind().title());
        json.append(",\"status\":").append(failure.kind().status()).append(",\"detail\":");
        quote(json, failure.detail());
        json.append(",\"route\":");
        quote(json, exchange.route().isEmpty() ? Meters.NO_ROUTE : exchange.route());
        json.append(",\"requestId\":");
        quote(json, exchange.identity().requestId());
        if (exchange.attemptCount() > 1) {
            json.append(",\"attempts\":").append(exchange.attemptCount());
        }
        return json.append("}\n").toString();
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /** A string of structured fields (RFC 8941 §3.3.3). */
    private static String string(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c >= ' ' && c < 127 ? c : '?');
        }
        return quoted.append('"').toString();
    }
}
