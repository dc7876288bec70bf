package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownFieldsTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static RequestHead get(String... lines) {
        return Heads.request(Heads.get(lines));
    }

    private static String refused(String... lines) {
        return Heads.failure(Heads.scanRequest(Heads.get(lines))).detail();
    }

    @Test
    void hopByHopFieldsDoNotPass() {
        RequestHead head = get(
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "TE: gzip",
                "Proxy-Authorization: Basic eDp5",
                "Proxy-Authenticate: Basic",
                "HTTP2-Settings: AAMAAABk",
                "Upgrade: websocket",
                "Connection: close",
                "X-Outrigger-Attempt: 9",
                "X: 1");

        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a", "X=1");
    }

    @Test
    void fieldsThatAConnectionNamesDoNotPass() {
        RequestHead head = get("X-One: 1", "connection: close , X-ONE,,\tx-two", "X-Two: 2", "x-one: 3", "X-Onf: 4");

        assertThat(head.persistent()).isFalse();
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a", "X-Onf=4");
        assertThat(head.headers().get(HeaderName.of("x-one"))).isNull();
    }

    @Test
    void severalConnectionLinesCountTogether() {
        RequestHead head = get("Connection: a", "A: 1", "Connection: b, close", "B: 2", "C: 3");

        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a", "C=3");
        assertThat(head.persistent()).isFalse();
    }

    @Test
    void whatFramesAndRoutesCannotBeNamed() {
        RequestHead head = get("Connection: Host, Content-Length", "Content-Length: 4");

        assertThat(head.contentLength()).isEqualTo(4);
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a", "Content-Length=4");
    }

    @Test
    void namesThatTheConnectionKeepsForItselfAreAsGoodAsNone() {
        RequestHead head = get(
                "X-Request-Id: me",
                "traceparent: " + TRACE,
                "tracestate: a=b",
                "Connection: x-request-id, traceparent");

        assertThat(Heads.requestId(head)).isNull();
        assertThat(Heads.trace(head)).isNull();
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a");
    }

    @Test
    void anUpgradeCanBeMatchedWhateverElseTheConnectionNames() {
        RequestHead head = get("Connection: upgrade, x", "X: 1", "Upgrade: websocket");

        assertThat(head.upgrade()).isEqualTo("websocket");
        assertThat(head.headers().get(HeaderName.of("upgrade"))).isEqualTo("websocket");
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a");
    }

    @ParameterizedTest
    @CsvSource({
        "trailers, true",
        "Trailers, true",
        "'gzip, trailers', true",
        "'gzip;q=0.5 ,\ttrailers , x', true",
        "gzip, false",
        "trailers2, false",
        "'', false"
    })
    void trailersAreWantedWhereTeSaysSo(String te, boolean wanted) {
        assertThat(get("TE: " + te).trailersWanted()).isEqualTo(wanted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1 outrigger,1.1 outrigger, 1.0 outrigger, 1.1 outrigger, HTTP/1.1 Outrigger",
                "1.1 a, 1.1 outrigger , 1.1 outrigger,1.1 b, 1.1 outrigger, 1.1\toutrigger, 1.1 outrigger, 2 outrigger"
            })
    void ownNamesInOneLineOfViaCount(String via) {
        assertThat(Heads.failure(Heads.scanRequest(Heads.get("Via: " + via))).kind())
                .isEqualTo(Failure.Kind.LOOP_DETECTED);
    }

    @Test
    void fourPassagesAndTheNamesOfOthersAreNoLoop() {
        String via = "1.1 outrigger, 1.1 outrigger, 1.1 outrigger, 1.1 outrigger, 1.1 outrigger2, 1.1 my-outrigger";
        assertThat(get("Via: " + via).headers().get(HeaderName.of("via"))).isEqualTo(via);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A.b_C-9", "0"})
    void aGoodRequestIdIsKept(String id) {
        RequestHead head = get("X-Request-ID: " + id);

        assertThat(Heads.requestId(head)).isEqualTo(id);
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a", "X-Request-ID=" + id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a@b", "{a}", "a,b", "[", "`", "\u00e4", "a\"b", "?"})
    void anOddRequestIdIsDropped(String id) {
        RequestHead head = get("X-Request-ID: " + id);

        assertThat(Heads.requestId(head)).isNull();
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a");
    }

    @Test
    void aRequestIdHas128CharactersAtMost() {
        assertThat(Heads.requestId(get("X-Request-ID: " + "a".repeat(128)))).hasSize(128);
        assertThat(Heads.requestId(get("X-Request-ID: " + "a".repeat(129)))).isNull();
    }

    @Test
    void ofSeveralRequestIdsTheFirstGoodOneIsKept() {
        RequestHead head = get("X-Request-ID: ?", "X-Request-ID: good", "X-Request-ID: other");

        assertThat(Heads.requestId(head)).isEqualTo("good");
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a", "X-Request-ID=good");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "5, 5",
        "007, 7",
        "'\t 5 \t', 5",
        "9223372036854775807, 9223372036854775807",
        "0000000000000000001, 1"
    })
    void aLengthIsADecimalNumber(String value, long length) {
        RequestHead head = get("Content-Length:" + value);

        assertThat(head.contentLength()).isEqualTo(length);
        assertThat(head.hasBody()).isEqualTo(length > 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "+1", "0x10", "1 0", "1,1", "1, 1", "1.0", "1e3", "\u00b2", "a", "18446744073709551617"
            })
    void aLengthThatIsNoDecimalNumberIsRefused(String value) {
        assertThat(refused("Content-Length: " + value)).isEqualTo("Content-Length is not a decimal number of bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "9999999999999999999"})
    void aLengthThatOverflowsIsRefused(String value) {
        assertThat(refused("Content-Length: " + value)).isEqualTo("Content-Length is too large");
    }

    @Test
    void aLengthStandsOnce() {
        assertThat(refused("Content-Length: 1", "Content-Length: 2")).isEqualTo("Content-Length more than once");
        assertThat(refused("Content-Length: 1", "content-length: 1")).isEqualTo("Content-Length more than once");
        assertThat(refused("Content-Length: x", "Content-Length: 1")).contains("not a decimal number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", " CHUNKED\t"})
    void chunkedIsTheOneCoding(String value) {
        RequestHead head = get("Transfer-Encoding:" + value);

        assertThat(head.chunked()).isTrue();
        assertThat(head.hasBody()).isTrue();
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a");
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, Transfer-Encoding does not end in chunked",
        "identity, Transfer-Encoding does not end in chunked",
        "'', Transfer-Encoding does not end in chunked",
        "'chunked,', Transfer-Encoding does not end in chunked",
        "'chunked, gzip', Transfer-Encoding does not end in chunked",
        "xchunked, Transfer-Encoding does not end in chunked",
        "chunked;q=1, Transfer-Encoding does not end in chunked",
        "'\"chunked\"', Transfer-Encoding does not end in chunked",
        "'chunked, chunked', Transfer-Encoding with chunked twice",
        "'Chunked , gzip,chunked', Transfer-Encoding with chunked twice",
        "'gzip, chunked', transfer coding other than chunked",
        "'\u000bchunked', control character in a field"
    })
    void anyOtherCodingIsRefused(String value, String detail) {
        assertThat(refused("Transfer-Encoding: " + value)).isEqualTo(detail);
    }

    @Test
    void codingsStandOnOneLine() {
        assertThat(refused("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"))
                .isEqualTo("Transfer-Encoding on several lines");
    }
}
