package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people read first is true: the configurations read, the links lead somewhere. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

    @Test
    void theConfigurationOfTheReadmeIsOne() throws IOException {
        List<String> blocks = matches(YAML, ROOT.resolve("README.md"));
        assertThat(blocks).hasSize(1);
        byte[] content = blocks.getFirst().getBytes(StandardCharsets.UTF_8);
        assertThat(ConfigReader.read("README.md", content, Environment.EMPTY)).isInstanceOf(ReadResult.Ok.class);
    }

    @Test
    void itsFirstScreenHasTheTwoCommands() throws IOException {
        List<String> screen = Files.readAllLines(ROOT.resolve("README.md")).subList(0, 30);
        assertThat(screen).anyMatch(line -> line.startsWith("./outrigger demo"));
        assertThat(screen).anyMatch(line -> line.startsWith("./outrigger test"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        for (String link : matches(LINK, page)) {
            assertThat(page.resolveSibling(link)).exists();
        }
    }

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(
                    Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")),
                    docs.filter(file -> file.toString().endsWith(".md")).toList().stream());
        }
    }

    private static List<String> matches(Pattern pattern, Path page) throws IOException {
        return pattern.matcher(Files.readString(page))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
