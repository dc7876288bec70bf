package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every defence that {@code docs/security.md} claims names a test, and that test is there. */
class SecurityPageTest {
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+Test)`");

    private static List<String> claims() throws IOException {
        String page = Files.readString(Path.of("../docs/security.md"));
        String section = page.substring(page.indexOf("## What is defended"), page.indexOf("## What is not"));
        return section.lines()
                .filter(line -> line.startsWith("| "))
                .skip(1) // the names of the columns
                .toList();
    }

    @Test
    void everyClaimNamesTestsThatAreThere() throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            tests = files.filter(file -> file.toString().contains("/src/test/java/"))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
        assertThat(claims()).hasSizeGreaterThan(15).allSatisfy(claim -> {
            List<String> named =
                    TEST.matcher(claim).results().map(one -> one.group(1)).toList();
            assertThat(named).as(claim).isNotEmpty().allMatch(tests::contains);
        });
    }
}
