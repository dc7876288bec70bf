package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Heads written down as text, and what the scanners make of them. */
final class Heads {
    static final HeadLimits LIMITS = new HeadLimits(32 * 1024, 100, 8 * 1024);

    private Heads() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static RequestScanner scanRequest(String text) {
        RequestScanner scanner = new RequestScanner();
        scanner.scan(bytes(text), text.length(), LIMITS);
        return scanner;
    }

    static ResponseScanner scanResponse(String text) {
        ResponseScanner scanner = new ResponseScanner();
        scanner.scan(bytes(text), text.length(), LIMITS);
        return scanner;
    }

    /** The client's own; null when it has none that is good. */
    static @Nullable String requestId(RequestHead head) {
        Identity identity = head.identity(1, 1);
        return identity.hasOwnRequestId() ? identity.requestId() : null;
    }

    /** The ids of the client's own traceparent; null when it has none that is good. */
    static @Nullable String trace(RequestHead head) {
        Identity identity = head.identity(1, 1);
        return identity.hasOwnTrace() ? identity.traceId() + "-" + identity.spanId() : null;
    }

    static RequestHead request(String text) {
        return head(scanRequest(text));
    }

    static ResponseHead response(String text) {
        return head(scanResponse(text));
    }

    static <H> H head(HeadScanner<H> scanner) {
        assertThat(scanner.failure()).isNull();
        return Objects.requireNonNull(scanner.head(), "incomplete");
    }

    static Failure failure(HeadScanner<?> scanner) {
        assertThat(scanner.head()).isNull();
        return Objects.requireNonNull(scanner.failure(), "no failure");
    }

    static boolean incomplete(HeadScanner<?> scanner) {
        return scanner.head() == null && scanner.failure() == null;
    }

    /** A GET for / with a Host and these lines, each without its end. */
    static String get(String... lines) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + lines(lines) + "\r\n";
    }

    static String lines(String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        return text.toString();
    }

    /** The fields that are sent on, as {@code name=value}. */
    static List<String> sentOn(Headers headers) {
        List<String> all = new ArrayList<>();
        headers.forEach((name, value) -> all.add(name + '=' + value));
        return all;
    }
}
