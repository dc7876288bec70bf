package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
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
        return own(head, head.requestIdFrom(), head.requestIdTo());
    }

    /** The client's own; null when it has none that is good. */
    static @Nullable String traceparent(RequestHead head) {
        return own(head, head.traceFrom(), head.traceTo());
    }

    private static @Nullable String own(RequestHead head, int from, int to) {
        return from == to ? null : new String(head.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
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
