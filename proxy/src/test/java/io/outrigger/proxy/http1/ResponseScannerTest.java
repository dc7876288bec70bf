package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseScannerTest {
    private static String ok(String... lines) {
        return "HTTP/1.1 200 OK\r\n" + Heads.lines(lines) + "\r\n";
    }

    @Test
    void aHeadIsTakenApart() {
        ResponseScanner scanner = Heads.scanResponse(
                "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nConnection: close\r\nX-Y: z\r\n\r\nabc");
        ResponseHead head = Heads.head(scanner);

        assertThat(head.status()).isEqualTo(404);
        assertThat(head.contentLength()).isEqualTo(3);
        assertThat(head.chunked()).isFalse();
        assertThat(head.persistent()).isFalse();
        assertThat(head.upgrade()).isNull();
        assertThat(Heads.sentOn(head.headers())).containsExactly("Content-Length=3", "X-Y=z");
        assertThat(scanner.length()).isEqualTo(72);
    }

    @ParameterizedTest
    @ValueSource(strings = {"200", "200 ", "200 OK", "200 \t", "200 in \u00e4 words\tor two", "200 200"})
    void aReasonMayBeMissingOrSayAnything(String line) {
        assertThat(Heads.response("HTTP/1.1 " + line + "\r\n\r\n").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.2 200 OK",
                "HTTP/2.0 200 OK",
                "HTTP/1.1  200 OK",
                "HTTP/1.1 20 OK",
                "HTTP/1.1 2000 OK",
                "HTTP/1.1 200OK",
                "HTTP/1.1 200\tOK",
                "HTTP/1.1\t200 OK",
                "http/1.1 200 OK",
                " HTTP/1.1 200 OK",
                "HTTP/1.1 +20 OK",
                "HTTP/1.1 200 O\0K",
                "HTTP/1.1 200 O\u007fK",
                "HTTP/1.1 200 O\nK",
                "HTTP/1.1 200 O\rK",
                "HTTP/1.1 200\n",
                "ICY 200 OK",
                "<html>"
            })
    void aMalformedStatusLineIsRefused(String line) {
        Failure failure = Heads.failure(Heads.scanResponse(line + "\r\n\r\n"));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.BAD_RESPONSE);
        assertThat(failure.detail()).isEqualTo("malformed status line");
    }

    @ParameterizedTest
    @CsvSource({"000", "099", "600", "999"})
    void aStatusOutOfRangeIsRefused(String status) {
        assertThat(Heads.failure(Heads.scanResponse("HTTP/1.1 " + status + " X\r\n\r\n"))
                        .detail())
                .isEqualTo("status " + Integer.parseInt(status) + " (expected: 100 to 599)");
    }

    @ParameterizedTest
    @MethodSource
    void whatTwoReadersCouldFrameDifferentlyIsRefused(String head, String detail) {
        Failure failure = Heads.failure(Heads.scanResponse(head));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.BAD_RESPONSE);
        assertThat(failure.detail()).isEqualTo(detail);
    }

    static Stream<Arguments> whatTwoReadersCouldFrameDifferentlyIsRefused() {
        return Stream.of(
                arguments(
                        ok("Content-Length: 1", "Transfer-Encoding: chunked"),
                        "Content-Length together with Transfer-Encoding"),
                arguments(ok("Content-Length: 1", "Content-Length: 1"), "Content-Length more than once"),
                arguments(ok("Content-Length: x"), "Content-Length is not a decimal number of bytes"),
                arguments(ok("Transfer-Encoding: gzip"), "Transfer-Encoding does not end in chunked"),
                arguments(ok("Transfer-Encoding: gzip, chunked"), "transfer coding other than chunked"),
                arguments(
                        ok("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
                        "Transfer-Encoding on several lines"),
                arguments("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding in HTTP/1.0"),
                arguments(ok("X : 1"), "white space before the colon of a field"),
                arguments(ok("X: 1", " folded"), "line folding in the head"),
                arguments(ok("X: a\nb"), "bare LF in a field"),
                arguments(ok("X: a\rb"), "bare CR in a field"),
                arguments(ok("X: a\0b"), "NUL in a field"),
                arguments(ok("X(: 1"), "field name that is not a token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 All is well\r\nA: b\r\nContent-Length: 5\r\n\r\n", "HTTP/1.0 204\r\n\r\n"})
    void nothingIsDecidedBeforeTheLastByteOfAHead(String text) {
        for (int length = 0; length < text.length(); length++) {
            assertThat(Heads.incomplete(Heads.scanResponse(text.substring(0, length))))
                    .as("after %d bytes", length)
                    .isTrue();
        }
        assertThat(Heads.response(text).status()).isBetween(200, 204);
    }

    @ParameterizedTest
    @CsvSource({
        "204, Content-Length: 5, false",
        "204, Content-Length: 0, true",
        "204, Transfer-Encoding: chunked, false",
        "103, Content-Length: 5, false",
        "304, Content-Length: 5, true",
        "200, Content-Length: 5, true"
    })
    void aLengthWhereThereIsNeverContentDoesNotPassAndMayBeFollowedBySome(
            int status, String field, boolean persistent) {
        ResponseHead head = Heads.response("HTTP/1.1 " + status + " X\r\nA: b\r\n" + field + "\r\nC: d\r\n\r\n");
        assertThat(head.headers().get(HeaderName.of("content-length")))
                .isEqualTo(status == 200 || status == 304 ? "5" : null);
        assertThat(head.headers().get(HeaderName.of("c"))).isEqualTo("d");
        assertThat(head.persistent()).isEqualTo(persistent);
    }

    @ParameterizedTest
    @CsvSource({"1.1, '', true", "1.1, close, false", "1.0, '', false", "1.0, keep-alive, true"})
    void aConnectionPersistsByVersionAndOption(String version, String option, boolean persistent) {
        assertThat(Heads.response("HTTP/" + version + " 200 OK\r\nConnection: " + option + "\r\n\r\n")
                        .persistent())
                .isEqualTo(persistent);
    }

    @Test
    void anUpgradeCountsWhereTheConnectionNamesIt() {
        String line = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n";
        assertThat(Heads.response(line + "Connection: Upgrade\r\n\r\n").upgrade())
                .isEqualTo("websocket");
        assertThat(Heads.response(line + "\r\n").upgrade()).isNull();
    }

    @Test
    void namesThatTheProxyReturnsItselfDoNotPassFromUpstream() {
        assertThat(Heads.sentOn(Heads.response(ok("X-Request-Id: theirs", "A: b", "Keep-Alive: timeout=5"))
                        .headers()))
                .containsExactly("A=b");
    }

    @Test
    void aHeadMayBeAsLongAsTheLimitAndNoLonger() {
        byte[] head = Heads.bytes(ok("A: b"));
        ResponseScanner scanner = new ResponseScanner();

        scanner.scan(head, head.length, new HeadLimits(head.length, 1, 0));
        assertThat(Heads.head(scanner).status()).isEqualTo(200);
        scanner.scan(head, head.length, new HeadLimits(head.length - 1, 1, 0));
        assertThat(Heads.failure(scanner).detail()).isEqualTo("head of more than 24 bytes");
        scanner.scan(head, head.length - 1, new HeadLimits(head.length - 1, 1, 0));
        assertThat(Heads.failure(scanner).detail()).isEqualTo("head of more than 24 bytes");
        scanner.scan(head, head.length, new HeadLimits(head.length, 0, 0));
        assertThat(Heads.failure(scanner).detail()).isEqualTo("more than 0 fields");
    }
}
