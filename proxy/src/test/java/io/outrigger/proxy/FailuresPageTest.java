package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/failures.md says of every failure what the code does. */
class FailuresPageTest {
    private static final Path PAGE = Path.of("../docs/failures.md");

    @ParameterizedTest
    @EnumSource
    void aFailureHasARowThatIsTrue(Failure.Kind kind) throws IOException {
        Failure usual = Failure.of(kind, "");
        String error = kind.proxyStatus().isEmpty() ? "–" : "`" + kind.proxyStatus() + "`";
        List<String> row = rows().stream()
                .filter(cells -> cells.getFirst().equals("`" + kind.cause() + "`")
                        && cells.get(2).equals(error)) // one cause may have several
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/failures.md has no row of " + kind.cause()));
        assertThat(row).hasSize(7).noneMatch(String::isBlank);
        assertThat(row.get(1)).isEqualTo(Integer.toString(kind.status()));
        assertThat(row.get(3).split(";")[0]).isEqualTo(usual.blame().name().toLowerCase(Locale.ROOT));
        assertThat(row.get(4).split(";")[0]).isEqualTo(usual.delivery().label());
    }

    @Test
    void noRowIsOfAFailureThatIsGone() throws IOException {
        assertThat(rows().stream().map(List::getFirst))
                .containsExactly(Arrays.stream(Failure.Kind.values())
                        .map(kind -> "`" + kind.cause() + "`")
                        .toArray(String[]::new));
    }

    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
