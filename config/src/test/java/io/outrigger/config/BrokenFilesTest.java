package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are refused, each with what is said about it in the comment at its head, in full and in order. */
class BrokenFilesTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("SERVICE", "checkout", "HUNDRED", "100", "EMPTY", "");

    static Stream<Path> brokenFiles() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(BrokenFilesTest.class.getResource("/broken"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    static ReadResult read(byte[] content) {
        return ConfigReader.read(Yaml.FILE, content, ENVIRONMENT::get);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenFiles")
    void isRefusedWithExactlyTheseProblems(Path file) throws IOException {
        List<String> expected = Files.readAllLines(file).stream()
                .takeWhile(line -> line.startsWith("# "))
                .map(line -> Yaml.FILE + ":" + line.substring(2))
                .toList();
        assertThat(expected).isNotEmpty();
        ReadResult result = read(Files.readAllBytes(file));
        assertThat(result).isInstanceOf(ReadResult.Broken.class);
        assertThat(Yaml.problems(result)).containsExactlyElementsOf(expected);
    }

    @Test
    void thereAreManyOfThem() throws IOException, URISyntaxException {
        assertThat(brokenFiles()).hasSizeGreaterThanOrEqualTo(225);
    }
}
