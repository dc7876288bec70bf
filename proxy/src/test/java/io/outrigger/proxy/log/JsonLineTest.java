package io.outrigger.proxy.log;

import static io.outrigger.proxy.log.JsonLine.name;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.outrigger.exchange.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {
    private static final byte[] A = name("a");

    private final JsonLine line = new JsonLine();

    private String text() {
        line.end();
        return new String(line.bytes(), 0, line.length(), StandardCharsets.UTF_8);
    }

    private JsonNode parsed() throws IOException {
        return new ObjectMapper().readTree(text());
    }

    @Test
    void membersObjectsAndArraysAreSeparated() {
        line.begin().number(A, 1).string(name("b"), "x", 9).member(name("c")).open('[');
        line.open('{').number(A, 2).close('}').open('{').close('}').close(']').number(name("d"), 3);

        assertThat(text()).isEqualTo("{\"a\":1,\"b\":\"x\",\"c\":[{\"a\":2},{}],\"d\":3}\n");
    }

    @Test
    void aLineCanBeBegunAgain() {
        line.begin().number(A, 1).end();

        line.begin();

        assertThat(text()).isEqualTo("{}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "\"\\/",
                "\u0000\u0001\b\t\n\f\r\u001f\u007f",
                "äöü é ÿ",
                "€ \u2028 \ufffd",
                "😀\ud83d\ude00"
            })
    void everyStringIsReadAsItWasWritten(String value) throws IOException {
        line.begin().string(A, value, 1000);

        assertThat(parsed().get("a").asText()).isEqualTo(value);
    }

    @Test
    void everyCharacterIsReadAsItWasWritten() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x800 ? 1 : 97) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                all.appendCodePoint(c);
            }
        }
        line.begin().string(A, all.toString(), Integer.MAX_VALUE);

        assertThat(parsed().get("a").asText()).isEqualTo(all.toString());
    }

    @Test
    void controlCharactersAreEscaped() {
        line.begin().string(A, "\n\u001b\u007f", 9);

        assertThat(text()).isEqualTo("{\"a\":\"\\u000a\\u001b\\u007f\"}\n");
    }

    @Test
    void halfASurrogatePairIsReplaced() throws IOException {
        line.begin().string(A, "\ud83d-\ude00-\ud83d", 9);

        assertThat(parsed().get("a").asText()).isEqualTo("\ufffd-\ufffd-\ufffd");
    }

    @Test
    void aLongStringIsCutAndSaysSo() throws IOException {
        line.begin().string(A, "abcdef", 3).string(name("b"), "abc", 3).string(name("c"), "ab😀", 3);

        assertThat(text()).isEqualTo("{\"a\":\"abc…\",\"b\":\"abc\",\"c\":\"ab\ufffd…\"}\n");
    }

    @Test
    void anyBytesOfAPathMakeValidJson() throws IOException {
        byte[] bytes = new byte[4096];
        new SplittableRandom(7).nextBytes(bytes);
        line.begin().path(A, new Target(bytes, 0, bytes.length), 4096);

        assertThat(parsed().get("a").asText()).isNotEmpty();
    }

    @Test
    void aPathHasNoQueryAndItsForeignBytesArePercentEncoded() {
        line.begin().path(A, Target.of("/ä\"x?secret=1"), 99);

        assertThat(text()).isEqualTo("{\"a\":\"/%E4\\\"x\"}\n");
    }

    @Test
    void aLongPathIsCutAndSaysSo() {
        line.begin().path(A, Target.of("/abcdef?q"), 4).path(name("b"), Target.of("/abc?q"), 4);

        assertThat(text()).isEqualTo("{\"a\":\"/abc…\",\"b\":\"/abc\"}\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, 10, 200, -1, -1234567890123L, Long.MAX_VALUE, Long.MIN_VALUE})
    void numbersAreReadAsTheyWereWritten(long value) throws IOException {
        line.begin().number(A, value);

        assertThat(parsed().get("a").asLong()).isEqualTo(value);
    }

    @Test
    void durationsAreMillisecondsWithThreeDecimals() {
        line.begin()
                .millis(A, 1_234_567_890L)
                .millis(name("b"), 5_999)
                .millis(name("c"), -1)
                .millis(name("d"), 42_000);

        assertThat(text()).isEqualTo("{\"a\":1234.567,\"b\":0.005,\"c\":0.000,\"d\":0.042}\n");
    }

    @Test
    void timestampsAreRfc3339InUtcWithMilliseconds() {
        line.begin()
                .time(A, 1_767_225_599_007L)
                .time(name("b"), 1_767_225_600_999L)
                .time(name("c"), -1);

        assertThat(text())
                .isEqualTo("{\"a\":\"2025-12-31T23:59:59.007Z\",\"b\":\"2026-01-01T00:00:00.999Z\","
                        + "\"c\":\"1969-12-31T23:59:59.999Z\"}\n");
    }
}
