package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.key.Environment;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are no text, and texts that are no file of ours. */
class YamlTextTest {
    private static List<String> problems(byte[] content) {
        return Yaml.problems(ConfigReader.read(Yaml.FILE, content, Environment.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# nothing but a comment\n", "   "})
    void anEmptyFileIsSaidToBeEmpty(String nothing) {
        assertThat(Yaml.problems(nothing))
                .containsExactly("outrigger.yaml:1:1: the file is empty (expected: listeners and upstreams at least)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"---\n", "~\n", "null\n"})
    void aDocumentOfNothingIsRefused(String nothing) {
        assertThat(Yaml.problems(nothing))
                .singleElement()
                .asString()
                .contains("nothing (expected: a mapping of version");
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedWhereTheyStand() {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes("version: 1\nservice: caf".getBytes(StandardCharsets.UTF_8));
        content.write(0xE9);
        content.writeBytes("\n".getBytes(StandardCharsets.UTF_8));
        assertThat(problems(content.toByteArray()))
                .containsExactly("outrigger.yaml:2:13: not UTF-8 (expected: a text file in UTF-8)");
    }

    @Test
    void aFileThatEndsInsideACharacterIsRefused() {
        byte[] text = "service: é".getBytes(StandardCharsets.UTF_8);
        assertThat(problems(java.util.Arrays.copyOf(text, text.length - 1)))
                .containsExactly("outrigger.yaml:1:10: not UTF-8 (expected: a text file in UTF-8)");
    }

    @Test
    void utf16IsRefused() {
        assertThat(problems(Yaml.SMALLEST.getBytes(StandardCharsets.UTF_16LE))).hasSize(1);
    }

    @Test
    void aNulIsRefusedWhereItStands() {
        assertThat(Yaml.problems("version: 1\nservice: a\0b\n"))
                .containsExactly("outrigger.yaml:2:11: character U+0000 (expected: printable ones)");
    }

    @Test
    void aByteOrderMarkIsPassedOver() {
        assertThat(Yaml.problems("\uFEFF" + Yaml.SMALLEST)).isEmpty();
    }

    @Test
    void linesMayEndAsOnWindows() {
        assertThat(Yaml.problems(Yaml.SMALLEST.replace("\n", "\r\n"))).isEmpty();
        assertThat(Yaml.problems(("colour: red\n" + Yaml.SMALLEST + "sorvice: a\n").replace("\n", "\r\n")))
                .containsExactly(
                        "outrigger.yaml:1:1: colour: unknown key",
                        "outrigger.yaml:9:1: sorvice: unknown key (did you mean service?)");
    }

    @Test
    void aFileOfOneMebibyteIsReadAndALargerOneIsNot() {
        String full = Yaml.SMALLEST + "#".repeat((1 << 20) - Yaml.SMALLEST.length());
        assertThat(Yaml.problems(full)).isEmpty();
        assertThat(Yaml.problems(full + "#"))
                .containsExactly("outrigger.yaml:1:1: the file has more than 1 MiB (expected: at most that)");
    }

    @Test
    void thirtyTwoLevelsAreReadAndAnotherOneIsNot() {
        assertThat(Yaml.problems("x: " + "[".repeat(31) + "]".repeat(31)).getFirst())
                .contains("unknown key");
        assertThat(Yaml.problems("x: " + "[".repeat(32) + "]".repeat(32)))
                .containsExactly("outrigger.yaml:1:35: nested deeper than 32 levels");
        assertThat(Yaml.problems("[".repeat(1 << 19))).hasSize(1);
    }

    @Test
    void columnsCountCharactersNotBytes() {
        assertThat(Yaml.problems("# 😀\n{\"é😀\": 1, colour: 2}\n").getLast())
                .isEqualTo("outrigger.yaml:2:11: colour: unknown key");
    }

    @Test
    void aDirectiveAndAnEndOfTheDocumentAreFine() {
        assertThat(Yaml.problems("%YAML 1.2\n---\n" + Yaml.SMALLEST + "...\n")).isEmpty();
    }
}
