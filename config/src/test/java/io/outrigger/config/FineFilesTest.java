package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.key.Environment;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are accepted, and what the effective configuration says about them. */
class FineFilesTest {
    static Stream<Path> fineFiles() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(FineFilesTest.class.getResource("/fine")).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fineFiles")
    void isAcceptedAndItsEffectiveConfigurationReadAgainIsTheSame(Path file) throws IOException {
        ReadResult.Ok once = Yaml.accepted(Files.readString(file), Environment.EMPTY);
        ReadResult.Ok again = Yaml.accepted(once.effective().yaml(), Environment.EMPTY);
        assertThat(again.config()).isEqualTo(once.config());
        assertThat(again.effective()).isEqualTo(once.effective());
    }
}
