package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code e2e-tests/README.md} names for each filter of the README, and for all else that it lists, tests that are there. */
class PromisesTest {
    private static final Path TESTS = Path.of("../e2e-tests/src/test/java/io/outrigger/e2e");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+Test)`");
    private static final Pattern FILTER = Pattern.compile("(?m)^\\| \\[([A-Za-z, ]+)]\\(docs/filters/");

    private static List<String> promises() throws IOException {
        return Files.readString(Path.of("../e2e-tests/README.md"))
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(1) // the names of the columns
                .toList();
    }

    @Test
    void eachIsShownByATestThatIsThere() throws IOException {
        assertThat(promises()).hasSizeGreaterThan(20).allSatisfy(promise -> {
            List<String> named =
                    TEST.matcher(promise).results().map(one -> one.group(1)).toList();
            assertThat(named).as(promise).isNotEmpty().allMatch(name -> Files.exists(TESTS.resolve(name + ".java")));
        });
    }

    @Test
    void noFilterIsLeftOut() throws IOException {
        List<String> filters = FILTER.matcher(Files.readString(Path.of("../README.md")))
                .results()
                .map(one -> one.group(1))
                .toList();
        List<String> promises = promises();
        assertThat(filters).hasSizeGreaterThan(8).allSatisfy(filter -> assertThat(promises)
                .as(filter)
                .anyMatch(promise -> promise.startsWith("| " + filter + " |")));
    }
}
