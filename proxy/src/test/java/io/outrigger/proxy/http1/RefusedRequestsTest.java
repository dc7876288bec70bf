package io.outrigger.proxy.http1;

import static io.outrigger.exchange.Failure.Kind.BAD_REQUEST;
import static io.outrigger.exchange.Failure.Kind.BAD_VERSION;
import static io.outrigger.exchange.Failure.Kind.HEAD_TOO_LARGE;
import static io.outrigger.exchange.Failure.Kind.LOOP_DETECTED;
import static io.outrigger.exchange.Failure.Kind.NOT_IMPLEMENTED;
import static io.outrigger.exchange.Failure.Kind.URI_TOO_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.outrigger.exchange.Failure;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedRequestsTest {
    @ParameterizedTest
    @MethodSource({"requestLines", "fieldLines", "hosts", "framing"})
    void aHeadThatTwoReadersCouldUnderstandDifferentlyIsRefused(String head, Failure.Kind kind, String detail) {
        Failure failure = Heads.failure(Heads.scanRequest(head));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.detail()).isEqualTo(detail);
    }

    static Stream<Arguments> requestLines() {
        String rest = "\r\nHost: a\r\n\r\n";
        return Stream.of(
                arguments(" GET / HTTP/1.1" + rest, BAD_REQUEST, "malformed method"),
                arguments("G(T / HTTP/1.1" + rest, BAD_REQUEST, "malformed method"),
                arguments("GET\t/ HTTP/1.1" + rest, BAD_REQUEST, "malformed method"),
                arguments("GET\r\n", BAD_REQUEST, "malformed method"),
                arguments("\0", BAD_REQUEST, "malformed method"),
                arguments("\u00c4 / HTTP/1.1" + rest, BAD_REQUEST, "malformed method"),
                arguments("M".repeat(33), BAD_REQUEST, "method of more than 32 characters"),
                arguments("GET  / HTTP/1.1" + rest, BAD_REQUEST, "malformed request line"),
                arguments("GET /\tHTTP/1.1" + rest, BAD_REQUEST, "malformed request line"),
                arguments("GET /\r\n", BAD_REQUEST, "malformed request line"),
                arguments("GET /a\u007f HTTP/1.1" + rest, BAD_REQUEST, "malformed request line"),
                arguments("GET /a\0 HTTP/1.1" + rest, BAD_REQUEST, "malformed request line"),
                arguments("GET / HTTP/1.1 " + rest, BAD_REQUEST, "malformed request line"),
                arguments("GET / HTTP/1.1\n\r", BAD_REQUEST, "malformed request line"),
                arguments("GET / HTTP/1.1\r\r", BAD_REQUEST, "malformed request line"),
                arguments("GET / HTTP/1.10" + rest, BAD_REQUEST, "malformed request line"),
                arguments("GET /#top HTTP/1.1" + rest, BAD_REQUEST, "fragment in the target"),
                arguments("GET / a HTTP/1.1" + rest, BAD_REQUEST, "malformed HTTP version"),
                arguments("GET /  HTTP/1.1" + rest, BAD_REQUEST, "malformed HTTP version"),
                arguments("GET / http/1.1" + rest, BAD_REQUEST, "malformed HTTP version"),
                arguments("GET / HTTP/1,1" + rest, BAD_REQUEST, "malformed HTTP version"),
                arguments("GET / HTTP/x.1" + rest, BAD_REQUEST, "malformed HTTP version"),
                arguments("GET / ICY/1.10" + rest, BAD_REQUEST, "malformed HTTP version"),
                arguments("GET / HTTP/0.9" + rest, BAD_VERSION, "HTTP major version 0 (expected: 1)"),
                arguments("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", BAD_VERSION, "HTTP major version 2 (expected: 1)"),
                arguments("CONNECT a:443 HTTP/1.1" + rest, NOT_IMPLEMENTED, "CONNECT is for listeners of kind forward"),
                arguments("GET * HTTP/1.1" + rest, BAD_REQUEST, "target * with a method other than OPTIONS"),
                arguments("GET " + "/".repeat(8193), URI_TOO_LONG, "target of more than 8192 bytes"));
    }

    static Stream<Arguments> fieldLines() {
        return Stream.of(
                arguments(Heads.get("X : 1"), BAD_REQUEST, "white space before the colon of a field"),
                arguments(Heads.get("X\t: 1"), BAD_REQUEST, "white space before the colon of a field"),
                arguments(Heads.get("X: 1", " folded"), BAD_REQUEST, "line folding in the head"),
                arguments(Heads.get("X: 1", "\tfolded"), BAD_REQUEST, "line folding in the head"),
                arguments("GET / HTTP/1.1\r\n Host: a\r\n\r\n", BAD_REQUEST, "line folding in the head"),
                arguments(Heads.get(": 1"), BAD_REQUEST, "field without a name"),
                arguments(Heads.get("X[1]: 1"), BAD_REQUEST, "field name that is not a token"),
                arguments(Heads.get("\u00dcber: 1"), BAD_REQUEST, "field name that is not a token"),
                arguments(Heads.get("X\0: 1"), BAD_REQUEST, "field name that is not a token"),
                arguments(Heads.get("NoColon"), BAD_REQUEST, "field name that is not a token"),
                arguments(Heads.get("X: a\nY: b"), BAD_REQUEST, "bare LF in a field"),
                arguments(Heads.get("X: a\rY: b"), BAD_REQUEST, "bare CR in a field"),
                arguments(Heads.get("X: a\r\rY: b"), BAD_REQUEST, "bare CR in a field"),
                arguments(Heads.get("X: a\0b"), BAD_REQUEST, "NUL in a field"),
                arguments(Heads.get("X: a\u001bb"), BAD_REQUEST, "control character in a field"),
                arguments(Heads.get("X: a\u007fb"), BAD_REQUEST, "control character in a field"),
                arguments(Heads.get("X: \u0001"), BAD_REQUEST, "control character in a field"),
                arguments("GET / HTTP/1.1\r\nHost: a\r\n\n", BAD_REQUEST, "bare LF in the head"),
                arguments("GET / HTTP/1.1\r\nHost: a\r\n\ra", BAD_REQUEST, "bare CR in the head"));
    }

    static Stream<Arguments> hosts() {
        String odd = "Host is not a host with an optional port";
        String neither = "target that is neither a path nor an http URL with a host";
        return Stream.concat(
                Stream.of(
                        arguments("GET / HTTP/1.1\r\n\r\n", BAD_REQUEST, "no Host"),
                        arguments("GET http://a/ HTTP/1.1\r\n\r\n", BAD_REQUEST, "no Host"),
                        arguments("GET / HTTP/1.1\r\nHost:\r\n\r\n", BAD_REQUEST, "Host is empty"),
                        arguments("GET / HTTP/1.1\r\nHost: \t \r\n\r\n", BAD_REQUEST, "Host is empty"),
                        arguments("GET / HTTP/1.1\r\nHost: :80\r\n\r\n", BAD_REQUEST, "Host is empty"),
                        arguments(Heads.get("Host: a"), BAD_REQUEST, "Host more than once"),
                        arguments("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", BAD_REQUEST, "Host more than once")),
                Stream.concat(
                        Stream.of("a b", "a/b", "u@a", "a:8x", "a:1:2", "[::1", "[]", "[::1]x", "[g::1]", "\u00e4")
                                .map(host ->
                                        arguments("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", BAD_REQUEST, odd)),
                        Stream.of("foo", "http:/a/", "http://", "http:///a", "http://:80/", "http://?q", "ftp://a/")
                                .map(target -> arguments(
                                        "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", BAD_REQUEST, neither))));
    }

    static Stream<Arguments> framing() {
        String[] vias = new String[5];
        java.util.Arrays.fill(vias, "Via: 1.1 outrigger");
        return Stream.of(
                arguments(
                        Heads.get("Content-Length: 3", "Transfer-Encoding: chunked"),
                        BAD_REQUEST,
                        "Content-Length together with Transfer-Encoding"),
                arguments(
                        Heads.get("Transfer-Encoding: chunked", "Content-Length: 0"),
                        BAD_REQUEST,
                        "Content-Length together with Transfer-Encoding"),
                arguments(
                        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                        BAD_REQUEST,
                        "Transfer-Encoding in HTTP/1.0"),
                arguments(
                        Heads.get("Transfer-Encoding: gzip, chunked"),
                        NOT_IMPLEMENTED,
                        "transfer coding other than chunked"),
                arguments(Heads.get(vias), LOOP_DETECTED, "the request has passed here 5 times"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://u:p@a/", "http://u@a/", "http://a:b/", "http://a\u00e4/", "http://a:80:80/"})
    void anAbsoluteTargetMustNameAHostAndNothingElse(String target) {
        Failure failure = Heads.failure(Heads.scanRequest("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"));

        assertThat(failure.kind()).isEqualTo(BAD_REQUEST);
        assertThat(failure.detail()).doesNotContain(target);
    }

    @Test
    void oneFieldMoreThanAllowedIsTooMany() {
        RequestScanner scanner = new RequestScanner();
        byte[] two = Heads.bytes(Heads.get("X: 1"));
        scanner.scan(two, two.length, new HeadLimits(1000, 2, 1000));
        assertThat(Heads.head(scanner).method()).isEqualTo("GET");

        scanner.scan(two, two.length, new HeadLimits(1000, 1, 1000));
        assertThat(Heads.failure(scanner).kind()).isEqualTo(HEAD_TOO_LARGE);
        assertThat(Heads.failure(scanner).detail()).isEqualTo("more than 1 fields");
    }

    @Test
    void aHeadMayBeAsLongAsTheLimitAndNoLonger() {
        byte[] head = Heads.bytes(Heads.get("X: 1"));
        HeadLimits exact = new HeadLimits(head.length, 100, 1000);
        HeadLimits less = new HeadLimits(head.length - 1, 100, 1000);
        RequestScanner scanner = new RequestScanner();

        scanner.scan(head, head.length, exact);
        assertThat(Heads.head(scanner).method()).isEqualTo("GET");
        assertThat(scanner.length()).isEqualTo(head.length);
        scanner.scan(head, head.length, less);
        assertThat(Heads.failure(scanner).kind()).isEqualTo(HEAD_TOO_LARGE);
        scanner.scan(head, head.length - 1, exact);
        assertThat(Heads.incomplete(scanner)).isTrue();
        scanner.scan(head, head.length - 1, less);
        assertThat(Heads.failure(scanner).detail()).isEqualTo("head of more than " + (head.length - 1) + " bytes");
    }

    @Test
    void aTargetMayBeAsLongAsItsLimit() {
        RequestScanner scanner = new RequestScanner();
        byte[] head = Heads.bytes("GET /2345678 HTTP/1.1\r\nHost: a\r\n\r\n");

        scanner.scan(head, head.length, new HeadLimits(1000, 10, 8));
        assertThat(Heads.head(scanner).target()).hasToString("/2345678");
        scanner.scan(head, head.length, new HeadLimits(1000, 10, 7));
        assertThat(Heads.failure(scanner).kind()).isEqualTo(URI_TOO_LONG);
    }
}
