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
import org.junit.jupiter.api.Test;

/** What people read first is true. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

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

    private static List<String> matches(Pattern pattern, Path page) throws IOException {
        return pattern.matcher(Files.readString(page))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
