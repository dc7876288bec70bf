package io.outrigger.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer of the admin server. Immutable.
 *
 * @param type the media type
 * @param headers besides those that every answer has
 */
record Content(int status, String type, byte[] bytes, Map<String, String> headers) {
    static Content json(int status, Object tree) {
        return new Content(status, "application/json", Json.bytes(tree), Map.of());
    }

    /** A problem document (RFC 9457) that says no more than its status and a sentence. */
    static Content problem(int status, String detail) {
        return problem(status, detail, Map.of());
    }

    /** The same with members besides, of which {@link Problems#SCHEMA} knows. */
    static Content problem(int status, String detail, Map<String, ?> members) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("type", "about:blank");
        tree.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        tree.put("status", status);
        tree.put("detail", detail);
        tree.putAll(members);
        return new Content(status, Problems.TYPE, Json.bytes(tree), Map.of());
    }

    Content with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Content(status, type, bytes, more);
    }
}
