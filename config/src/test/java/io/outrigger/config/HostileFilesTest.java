package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are made to cost much: reading one takes time that grows with its size and no faster. */
class HostileFilesTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static String lines(int count, String format) {
        return IntStream.range(0, count)
                .mapToObj(i -> format.replace("%", Integer.toString(i)))
                .collect(Collectors.joining());
    }

    private static int problemsOf(String yaml) {
        assertThat(yaml.length()).isLessThan(1 << 20);
        return assertTimeoutPreemptively(SOON, () -> Yaml.problems(yaml).size());
    }

    @Test
    void manyUnknownKeys() {
        assertThat(problemsOf(Yaml.SMALLEST + lines(60_000, "circuit%: 1\n"))).isEqualTo(60_000);
    }

    @Test
    void manyUpstreamsAndAsManyReferencesToNone() {
        String routes = lines(8_000, "  - {name: r%, upstream: nowhere%, retry: off}\n");
        assertThat(problemsOf(Yaml.SMALLEST + lines(8_000, "  u%: {endpoints: [a:1]}\n") + "routes:\n" + routes))
                .isEqualTo(8_000);
    }

    @Test
    void aLongChainOfFailovers() {
        String chain = IntStream.range(0, 15_000)
                .mapToObj(i -> "  u" + i + ": {endpoints: [a:1], failover: [u" + (i + 1) + "]}\n")
                .collect(Collectors.joining());
        int closed = problemsOf(Yaml.SMALLEST + chain + "  u15000: {endpoints: [a:1], failover: [u0]}\n");
        assertThat(closed).isEqualTo(15_001 + 1); // all of them not supported yet, and one that closes the circle
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a{1000}){1000}",
                "((a{100}){100}){100}",
                "(((a{2,1000}){1,1000}){0,1000}){1000,}",
                "((((((((((x{9}){9}){9}){9}){9}){9}){9}){9}){9}){9})",
                "(?:(?:a|b{900}){900}c){900}",
                "\\p{L}{1000}{1000}",
                "[a-z]{1000}{1000}",
                "(x{1000}[)]y){1000}",
                "(x{1000}[]^)[:alpha:])]y){1000}",
                "(x{1000}\\)y){1000}",
                "(x{1000}\\Q)\\Ey){1000}"
            })
    void aRegexThatWouldNotFitIntoMemory(String regex) {
        String route = "routes:\n  - {name: a, upstream: app, match: {path: {regex: '" + regex + "'}}}\n";
        assertThat(assertTimeoutPreemptively(SOON, () -> Yaml.problems(Yaml.SMALLEST + route)))
                .singleElement()
                .asString()
                .contains("expected: a regex");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a{1000}",
                "/v1/[0-9]{1,64}/[a-f]{36}",
                "/(x{3}|y{4}){2}",
                "\\{9999999\\}",
                "[{}]{5}",
                "a{,5}",
                "{a}"
            })
    void anOrdinaryRegexIsFine(String regex) {
        assertThat(Yaml.problems(Yaml.SMALLEST + "routes:\n  - {name: a, upstream: app, match: {path: {regex: '" + regex
                        + "'}}}\n"))
                .isEmpty();
    }
}
