package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatHeadersTest {
    private static FlatHeaders headers(String... lines) {
        return (FlatHeaders) Heads.request(Heads.get(lines)).headers();
    }

    private static String copied(FlatHeaders headers) {
        byte[] into = new byte[1 + headers.size()];
        int end = headers.copyTo(into, 1, null);
        return new String(into, 1, end - 1, StandardCharsets.ISO_8859_1);
    }

    @Test
    void linesAreCopiedInOrderAsTheyCame() {
        assertThat(copied(headers("B:1", "a:  2 \t", "B: \u00e4", "Empty:")))
                .isEqualTo("Host: a\r\nB:1\r\na:  2 \t\r\nB: \u00e4\r\nEmpty:\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 62, 63, 64, 127, 128, 1000})
    void namesOfAnyLengthAreFound(int length) {
        String name = "n".repeat(length);
        FlatHeaders headers = headers(name + ": 1:2", name + "x: 3", name + ": 4");

        assertThat(headers.all(HeaderName.of(name))).containsExactly("1:2", "4");
        assertThat(headers.get(HeaderName.of(name + "x"))).isEqualTo("3");
        assertThat(headers.has(HeaderName.of(name + "xx"))).isFalse();
        assertThat(Heads.sentOn(headers)).containsExactly("Host=a", name + "=1:2", name + "x=3", name + "=4");
    }

    @Test
    void linesThatDoNotPassAreLeftOutWhereverTheyStand() {
        FlatHeaders headers = (FlatHeaders) Heads.request(Heads.lines(
                        "GET / HTTP/1.1",
                        "TE: gzip",
                        "Host: a",
                        "B: 1",
                        "Keep-Alive: 5",
                        "Upgrade: x",
                        "C: 2",
                        "Connection: close",
                        ""))
                .headers();

        assertThat(copied(headers)).isEqualTo("Host: a\r\nB: 1\r\nC: 2\r\n");
        assertThat(Heads.sentOn(headers)).containsExactly("Host=a", "B=1", "C=2");
    }

    @Test
    void fieldsAsBytesAreTheFieldsThatPass() {
        FlatHeaders headers = headers("B:1", "a:  2 \t", "TE: gzip", "B: \u00e4", "Empty:", "Blank: \t ");
        List<String> fields = new ArrayList<>();
        headers.forEachField((bytes, nameFrom, nameTo, valueFrom, valueTo) ->
                fields.add(text(bytes, nameFrom, nameTo) + "=" + text(bytes, valueFrom, valueTo)));

        assertThat(fields).isEqualTo(Heads.sentOn(headers));
        assertThat(headers.count(HeaderName.of("b"))).isEqualTo(2);
        assertThat(headers.count(HeaderName.of("te"))).isZero();
    }

    @Test
    void valuesAsBytesAreTheValues() {
        FlatHeaders headers = headers("B:1", "a:  2 \t", "TE: gzip", "b: \u00e4", "Empty:", "Blank: \t ");
        for (String name : List.of("B", "a", "te", "empty", "blank", "none")) {
            List<String> values = new ArrayList<>();
            headers.forEachValue(HeaderName.of(name), (bytes, from, to) -> values.add(text(bytes, from, to)));
            assertThat(values).as(name).isEqualTo(headers.all(HeaderName.of(name)));
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Test
    void whereNothingPassesNothingIsCopied() {
        FlatHeaders all = (FlatHeaders)
                Heads.request("GET / HTTP/1.0\r\nTE: gzip\r\n\r\n").headers();
        FlatHeaders none = (FlatHeaders) Heads.request("GET / HTTP/1.0\r\n\r\n").headers();

        assertThat(copied(all)).isEmpty();
        assertThat(copied(none)).isEmpty();
        assertThat(none.size()).isZero();
    }

    @Test
    void valuesAreFoundWithoutRegardToCaseAndSpace() {
        Headers headers = headers("X-y:\t 1 ", "x-Y: 2", "X-YZ: 3", "X-Empty: ");

        assertThat(headers.get(HeaderName.of("x-Y"))).isEqualTo("1");
        assertThat(headers.all(HeaderName.of("X-Y"))).containsExactly("1", "2");
        assertThat(headers.get(HeaderName.of("x-empty"))).isEmpty();
        assertThat(headers.has(HeaderName.of("x-empty"))).isTrue();
        assertThat(headers.has(HeaderName.of("x"))).isFalse();
        assertThat(headers.get(HeaderName.of("x"))).isNull();
        assertThat(headers.all(HeaderName.of("x"))).isEmpty();
    }

    @Test
    void namesOfOneHashAreToldApart() {
        HeaderName one = HeaderName.of("x-_k");
        HeaderName other = HeaderName.of("x-a-");
        assertThat(one.hash()).isEqualTo(other.hash());

        Headers headers = headers("X-_k: one", "X-a-: other", "Connection: x-a-");
        assertThat(headers.all(one)).containsExactly("one");
        assertThat(headers.has(other)).isFalse();
        assertThat(headers("X-_k: one").get(other)).isNull();
    }

    @Test
    void replacedLinesCanBeReadAndAreNotSentOn() {
        FlatHeaders headers = headers("X-Request-Timeout-Ms: 50");

        assertThat(headers.get(HeaderName.of("x-request-timeout-ms"))).isEqualTo("50");
        assertThat(headers.all(HeaderName.of("x-request-timeout-ms"))).containsExactly("50");
        assertThat(copied(headers)).isEqualTo("Host: a\r\n");
        assertThat(Heads.sentOn(headers)).containsExactly("Host=a");
    }

    @Test
    void moreFieldsThanTheIndexBeginsWithAreKept() {
        String[] lines = new String[99];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "X-" + i + ": " + i;
        }
        FlatHeaders headers = headers(lines);

        assertThat(headers.get(HeaderName.of("x-98"))).isEqualTo("98");
        assertThat(copied(headers)).isEqualTo("Host: a\r\n" + Heads.lines(lines));
    }
}
