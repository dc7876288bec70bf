package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields as they were received, fields as they were edited, and the names that both are asked for. */
class HeadersTest {
    private static final HeaderName A = HeaderName.of("a");
    private static final HeaderName B = HeaderName.of("B");
    private static final HeaderName C = HeaderName.of("c");

    private final Headers fields = Headers.of("A", "1", "b", "2", "a", "3");

    @Test
    void namesCompareWithoutCaseAndKeepTheirSpelling() {
        assertThat(fields.get(A)).isEqualTo("1");
        assertThat(fields.get(B)).isEqualTo("2");
        assertThat(fields.get(C)).isNull();
        assertThat(fields.has(B)).isTrue();
        assertThat(fields.has(C)).isFalse();
        assertThat(fields.all(A)).containsExactly("1", "3");
        assertThat(fields.all(C)).isEmpty();
        assertThat(lines(fields)).containsExactly("A: 1", "b: 2", "a: 3");
    }

    @Test
    void plusAddsAFieldBehindThoseOfItsName() {
        Headers more = fields.plus(A, "4");
        assertThat(more.get(A)).isEqualTo("1");
        assertThat(more.all(A)).containsExactly("1", "3", "4");
        assertThat(fields.plus(C, "5").get(C)).isEqualTo("5");
        assertThat(lines(more)).containsExactly("A: 1", "b: 2", "a: 3", "a: 4");
    }

    @Test
    void withReplacesAllFieldsOfItsName() {
        Headers edited = fields.with(A, "4");
        assertThat(edited.get(A)).isEqualTo("4");
        assertThat(edited.all(A)).containsExactly("4");
        assertThat(edited.all(B)).containsExactly("2");
        assertThat(lines(edited)).containsExactly("b: 2", "a: 4");
    }

    @Test
    void withoutTakesOutAllFieldsOfItsName() {
        Headers edited = fields.without(A);
        assertThat(edited.get(A)).isNull();
        assertThat(edited.has(A)).isFalse();
        assertThat(edited.all(A)).isEmpty();
        assertThat(edited.get(B)).isEqualTo("2");
        assertThat(lines(edited)).containsExactly("b: 2");
        assertThat(fields.without(C)).isSameAs(fields);
    }

    @Test
    void editsPileUp() {
        Headers edited = fields.with(B, "x").without(A).plus(A, "y").plus(C, "z");
        assertThat(lines(edited)).containsExactly("b: x", "a: y", "c: z");
        assertThat(edited.get(A)).isEqualTo("y");
        assertThat(edited.all(B)).containsExactly("x");
    }

    @Test
    void noFieldsAreNoFields() {
        assertThat(lines(Headers.NONE)).isEmpty();
        assertThat(Headers.NONE.get(A)).isNull();
        assertThat(lines(Headers.NONE.plus(A, "1"))).containsExactly("a: 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length", "Content-Length", "CONTENT-LENGTH", "cOnTeNt-lEnGtH"})
    void aNameIsRecognisedInAHeadInAnyCase(String spelling) {
        HeaderName name = HeaderName.of("Content-Length");
        byte[] head = ("x" + spelling + ": 5").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(name.is(head, 1)).isTrue();
        assertThat(name).isEqualTo(HeaderName.of(spelling)).hasSameHashCodeAs(HeaderName.of(spelling));
        assertThat(name.hash()).isEqualTo("content-length".hashCode());
        assertThat(name.length()).isEqualTo(14);
        assertThat(name).hasToString("content-length");
    }

    @Test
    void bytesThatDifferOnlyInTheCaseBitAreNotTheSameUnlessTheyAreLetters() {
        assertThat(HeaderName.of("a-b").is(bytes("a\rb"), 0)).isFalse(); // '-' is '\r' with the bit set
        assertThat(HeaderName.of("a^b").is(bytes("a~b"), 0)).isFalse();
        assertThat(HeaderName.of("a{").is(bytes("a["), 0)).isFalse();
        assertThat(HeaderName.of("ab").is(bytes("ac"), 0)).isFalse();
        assertThat(HeaderName.of("ab").is(new byte[] {'a', (byte) 0xC2}, 0)).isFalse();
        assertThat(HeaderName.of("a")).isNotEqualTo(HeaderName.of("b")).isNotEqualTo("a");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> lines(Headers headers) {
        List<String> lines = new ArrayList<>();
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }
}
