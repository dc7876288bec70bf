package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes of a target, and the parts of them that are asked for. */
class TargetTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "/, /, none",
                "*, *, none",
                "/a/b, /a/b, none",
                "/a?b=1, /a, b=1",
                "/a?, /a, ''",
                "/a?b?c, /a, b?c",
                "?x, '', x",
            })
    void theQueryBeginsAtTheFirstQuestionMark(String text, String path, String query) {
        Target target = Target.of(text);
        assertThat(target.path()).isEqualTo(path);
        assertThat(target.query()).isEqualTo(query);
        assertThat(target).hasToString(text);
        assertThat(target.length()).isEqualTo(text.length());
        assertThat(target.pathLength()).isEqualTo(path.length());
    }

    @Test
    void aPartOfALargerArrayIsATarget() {
        byte[] line = bytes("GET /a/b?c=d HTTP/1.1");
        Target target = new Target(line, 4, 12);
        assertThat(target).hasToString("/a/b?c=d");
        assertThat(target.path()).isEqualTo("/a/b");
        assertThat(target.query()).isEqualTo("c=d");
        assertThat(target.at(1)).isEqualTo((byte) 'a');
    }

    @Test
    void bytesBeyondAsciiStayWhatTheyWere() {
        byte[] bytes = {'/', (byte) 0xC3, (byte) 0xA9};
        Target target = new Target(bytes, 0, 3);
        byte[] copy = new byte[3];
        assertThat(target.copyTo(0, copy, 0)).isEqualTo(3);
        assertThat(copy).isEqualTo(bytes);
        assertThat(target.toString().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(bytes);
    }

    @Test
    void copiesWhatFollowsAPrefix() {
        byte[] into = bytes("POST /new.......");
        int next = Target.of("/old/x?y").copyTo(4, into, 9);
        assertThat(next).isEqualTo(13);
        assertThat(new String(into, StandardCharsets.ISO_8859_1)).isEqualTo("POST /new/x?y...");
    }

    @Test
    void startsWithComparesBytes() {
        Target target = Target.of("/ab?c");
        assertThat(target.startsWith(bytes(""))).isTrue();
        assertThat(target.startsWith(bytes("/ab"))).isTrue();
        assertThat(target.startsWith(bytes("/ab?c"))).isTrue();
        assertThat(target.startsWith(bytes("/aB"))).isFalse();
        assertThat(target.startsWith(bytes("/ab?cd"))).isFalse();
        assertThat(new Target(bytes("/ab"), 0, 2).startsWith(bytes("/ab"))).isFalse();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
