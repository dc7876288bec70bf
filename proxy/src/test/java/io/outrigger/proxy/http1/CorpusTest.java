package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages in files, each with what becomes of it: those that attackers send, and those that we once read wrongly. */
class CorpusTest {
    private static List<Path> files(MessageKind kind) throws IOException, URISyntaxException {
        String folder = "/corpus/" + kind.name().toLowerCase(Locale.ROOT);
        try (Stream<Path> files = Files.list(Path.of(
                Objects.requireNonNull(CorpusTest.class.getResource(folder)).toURI()))) {
            return files.sorted().toList();
        }
    }

    /** Those that are short, to be changed at random. */
    static List<String> messages(MessageKind kind) throws IOException, URISyntaxException {
        List<String> messages = new ArrayList<>();
        for (Path file : files(kind)) {
            String text = Case.in(file).text();
            if (text.length() < 1000) {
                messages.add(text);
            }
        }
        return messages;
    }

    static Stream<Arguments> cases() throws IOException, URISyntaxException {
        List<Arguments> all = new ArrayList<>();
        for (MessageKind kind : MessageKind.values()) {
            files(kind)
                    .forEach(file -> all.add(arguments(kind, file.getFileName().toString(), file)));
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void isReadAsItsFileSays(MessageKind kind, String name, Path file) throws IOException {
        Case one = Case.in(file);
        assertThat(kind.read(List.of(one.text()), Heads.LIMITS).stream().map(Case::written))
                .containsExactlyElementsOf(one.expected());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void isReadTheSameByteByByte(MessageKind kind, String name, Path file) throws IOException {
        Case one = Case.in(file);
        List<String> bytes = one.text().chars().mapToObj(Character::toString).toList();
        assertThat(kind.read(bytes, Heads.LIMITS).stream().map(Case::written))
                .containsExactlyElementsOf(one.expected());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void isTakenOrNotAsByAPlainReader(MessageKind kind, String name, Path file) throws IOException {
        Case one = Case.in(file);
        List<String> plain = kind.readPlainly(one.text(), Heads.LIMITS);
        if (MessageKind.isTaken(plain)) {
            assertThat(plain.stream().map(Case::written)).containsExactlyElementsOf(one.expected());
        } else {
            assertThat(MessageKind.isTaken(one.expected())).isFalse();
        }
    }

    @Test
    void thereAreManyOfThem() throws IOException, URISyntaxException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(120);
    }
}
