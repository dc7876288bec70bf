package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How clients write keys. */
class KeyTextTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            8e03978e-40d5-43e8 | 8e03978e-40d5-43e8
            "8e03978e-40d5"    | 8e03978e-40d5
            "with space"       | with space
            "a\\"b\\\\c"       | a"b\\c
            a"b                | a"b
            a,b;c=d            | a,b;c=d
            "a,b"              | a,b
            !~                 | !~
            """)
    void aKeyIsAQuotedStringOrBareCharacters(String field, String key) {
        assertThat(KeyText.parse(field)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"",
                "\"\"",
                "\"a",
                "\"a\\\"",
                "\"a\\",
                "\"a\\b\"",
                "\"a\"b\"",
                "\"a\";x=1",
                "\"a\" ",
                "a b",
                "a\tb",
                "\"a\tb\"",
                "a\u007f",
                "caf\u00e9",
                "\"caf\u00e9\""
            })
    void anythingElseIsNone(String field) {
        assertThat(KeyText.parse(field)).isNull();
    }

    @Test
    void aKeyHasAtMost255Characters() {
        String longest = "k".repeat(255);
        assertThat(KeyText.parse(longest)).isEqualTo(longest);
        assertThat(KeyText.parse('"' + longest + '"')).isEqualTo(longest);
        assertThat(KeyText.parse(longest + "k")).isNull();
        assertThat(KeyText.parse('"' + longest + "k\"")).isNull();
        assertThat(KeyText.parse('"' + "\\\"".repeat(255) + '"')).isEqualTo("\"".repeat(255));
    }

    @Test
    void anOperatorMayLeaveTheQuotesOut() {
        assertThat(KeyText.named("abc")).isEqualTo("abc");
        assertThat(KeyText.named("\"a b\"")).isEqualTo("a b");
        assertThat(KeyText.named("a b")).isEqualTo("a b");
        assertThat(KeyText.named("a \\ \" b"))
                .isEqualTo(KeyText.parse("\"a \\\\ \\\" b\""))
                .isNotNull();
        assertThat(KeyText.named("\"a")).isNull();
        assertThat(KeyText.named("")).isNull();
        assertThat(KeyText.named("a\tb")).isNull();
        assertThat(KeyText.named("a ".repeat(128))).isNull();
    }
}
