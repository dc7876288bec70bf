package io.outrigger.e2e;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request or a response as it was on the wire. Immutable.
 *
 * @param first the request line or the status line
 * @param fields the header lines as they came
 * @param trailers the lines behind the last chunk
 */
record Message(String first, List<String> fields, byte[] body, List<String> trailers) {

    int status() {
        return Integer.parseInt(first.split(" ", 3)[1]);
    }

    String method() {
        return first.split(" ", 2)[0];
    }

    String target() {
        return first.split(" ", 3)[1];
    }

    /** The values of all fields of this name, in order. */
    List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.substring(0, field.indexOf(':')).equalsIgnoreCase(name))
                .map(field -> field.substring(field.indexOf(':') + 1).strip())
                .toList();
    }

    /** The value of the first field of this name. */
    @Nullable
    String field(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? null : all.getFirst();
    }

    boolean isChunked() {
        return "chunked".equalsIgnoreCase(field("transfer-encoding"));
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    Message withBody(byte[] its, List<String> itsTrailers) {
        return new Message(first, fields, its, itsTrailers);
    }
}
