package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Request;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestScannerTest {
    private static RequestHead target(String method, String target) {
        return Heads.request(method + ' ' + target + " HTTP/1.1\r\nHost: from.host\r\n\r\n");
    }

    @Test
    void aHeadIsTakenApart() {
        RequestScanner scanner =
                Heads.scanRequest("POST /a/b?c=d HTTP/1.1\r\nHost: x:80\r\nContent-Length: 12\r\nX-Y:  z \r\n\r\nrest");
        RequestHead head = Heads.head(scanner);

        assertThat(head.method()).isEqualTo("POST");
        assertThat(head.target()).hasToString("/a/b?c=d");
        assertThat(head.minor()).isOne();
        assertThat(head.contentLength()).isEqualTo(12);
        assertThat(head.chunked()).isFalse();
        assertThat(head.hasBody()).isTrue();
        assertThat(head.persistent()).isTrue();
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=x:80", "Content-Length=12", "X-Y=z");
        assertThat(scanner.length()).isEqualTo(68);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "GETS", "get", "M-SEARCH", "!#$%&'*+-.^_`|~09azAZ"})
    void anyTokenIsAMethodInItsOwnCase(String method) {
        assertThat(target(method, "/").method()).isEqualTo(method);
    }

    @Test
    void aMethodMayHave32Characters() {
        assertThat(target("M".repeat(32), "/").method()).hasSize(32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a?b", "//a", "/%00", "/a|\"<>^`{}\\", "/\u00e4\u00ff\u0080", "/?", "/http://b/"})
    void aPathIsKeptByteForByte(String target) {
        assertThat(target("GET", target).target()).hasToString(target);
    }

    @Test
    void anAsteriskIsForOptions() {
        assertThat(target("OPTIONS", "*").target()).hasToString("*");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, http://b, /, b",
        "GET, http://b/, /, b",
        "GET, https://b:8443/c?d, /c?d, b:8443",
        "GET, HTTP://b?d, /?d, b",
        "GET, http://[::1]:80/c, /c, [::1]:80",
        "OPTIONS, http://b, *, b",
        "OPTIONS, http://b/, /, b",
        "OPTIONS, http://b?d, /?d, b",
        "GET, http://b//c, //c, b"
    })
    void anAbsoluteTargetGivesPathAndHost(String method, String target, String path, String host) {
        RequestHead head = target(method, target);

        assertThat(head.target()).hasToString(path);
        assertThat(head.headers().all(Request.HOST)).containsExactly(host);
    }

    @Test
    void nothingIsDecidedBeforeTheLastByteOfAHead() {
        String text = "POST http://b/c?d HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Empty:\r\nConnection: x\r\n\r\n";
        for (int length = 0; length < text.length(); length++) {
            assertThat(Heads.incomplete(Heads.scanRequest(text.substring(0, length))))
                    .as("after %d bytes", length)
                    .isTrue();
        }
        assertThat(Heads.request(text).contentLength()).isEqualTo(5);
    }

    @Test
    void bytesBehindTheGivenLengthAreNotRead() {
        byte[] text = Heads.bytes(Heads.get());
        byte[] longer = Arrays.copyOf(text, text.length + 100);
        RequestScanner scanner = new RequestScanner();

        scanner.scan(longer, text.length - 1, Heads.LIMITS);
        assertThat(Heads.incomplete(scanner)).isTrue();
    }

    @Test
    void aHeadOutlivesTheArrayThatItWasScannedIn() {
        byte[] text = Heads.bytes(Heads.get("X: kept"));
        RequestScanner scanner = new RequestScanner();
        scanner.scan(text, text.length, Heads.LIMITS);
        RequestHead head = Heads.head(scanner);
        Arrays.fill(text, (byte) '?');
        scanner.scan(text, text.length, Heads.LIMITS);

        assertThat(head.target()).hasToString("/");
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a", "X=kept");
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, '', true",
        "1.1, close, false",
        "1.1, 'keep-alive, Close', false",
        "1.1, keep-alive, true",
        "1.9, '', true",
        "1.0, '', false",
        "1.0, Keep-Alive, true",
        "1.0, 'keep-alive, close', false"
    })
    void aConnectionPersistsByVersionAndOption(String version, String option, boolean persistent) {
        String head = "GET / HTTP/" + version + "\r\nHost: a\r\nConnection: " + option + "\r\n\r\n";
        assertThat(Heads.request(head).persistent()).isEqualTo(persistent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host:\r\n", "Host: a\r\n"})
    void http10NeedsNoHost(String host) {
        assertThat(Heads.request("GET / HTTP/1.0\r\n" + host + "\r\n").minor()).isZero();
    }

    @Test
    void anEmptyHostWillDoWhereTheTargetNeedsNone() {
        assertThat(Heads.request("OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n").target())
                .hasToString("*");
        assertThat(Heads.request("GET http://b/ HTTP/1.1\r\nHost:\r\n\r\n")
                        .headers()
                        .get(Request.HOST))
                .isEqualTo("b");
    }

    @Test
    void anUpgradeThatTheConnectionNamesIsOffered() {
        assertThat(Heads.request(Heads.get("Connection: keep-alive, Upgrade", "Upgrade: WebSocket"))
                        .upgrade())
                .isEqualTo("WebSocket");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket",
                "Connection: upgrade",
                "Connection: upgrade|Upgrade:",
                "Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMAAABk",
                "Connection: upgrade|Upgrade: websocket, H2C",
                "Connection: upgrade|Upgrade: websocket|Content-Length: 1",
                "Connection: upgrade|Upgrade: websocket|Transfer-Encoding: chunked"
            })
    void anythingElseIsNoUpgrade(String lines) {
        RequestHead head = Heads.request(Heads.get(lines.split("\\|")));

        assertThat(head.upgrade()).isNull();
        assertThat(Heads.sentOn(head.headers())).noneMatch(line -> line.startsWith("Upgrade"));
    }

    @Test
    void http10DoesNotUpgrade() {
        assertThat(Heads.request("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
                        .upgrade())
                .isNull();
    }

    @Test
    void aScannerForgetsTheHeadBefore() {
        RequestScanner scanner = new RequestScanner();
        byte[] rich = Heads.bytes(Heads.get(
                "Content-Length: 7", "Connection: close, upgrade", "Upgrade: x", "TE: trailers", "X-Request-Id: me"));
        byte[] poor = Heads.bytes(Heads.get());
        scanner.scan(rich, rich.length, Heads.LIMITS);
        scanner.scan(poor, poor.length, Heads.LIMITS);

        RequestHead head = Heads.head(scanner);
        assertThat(head.contentLength()).isEqualTo(-1);
        assertThat(head.persistent()).isTrue();
        assertThat(head.upgrade()).isNull();
        assertThat(Heads.requestId(head)).isNull();
        assertThat(head.trailersWanted()).isFalse();
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a");
    }
}
