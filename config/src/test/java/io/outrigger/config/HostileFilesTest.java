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
        var problems = Yaml.problems(Yaml.SMALLEST + lines(20_000, "circuit%: 1\n"));
        assertThat(problems).hasSize(1_001);
        assertThat(problems.getLast().toString()).endsWith(": and 19000 more");
    }

    @Test
    void moreKeysAndValuesThanAnyFileNeeds() {
        for (String yaml : new String[] {lines(30_000, "circuit%: 1\n"), "a: [" + "[],".repeat(60_000) + "]\n"}) {
            assertThat(Yaml.problems(yaml)).singleElement().asString().endsWith(": more than 50000 keys and values");
        }
    }

    @Test
    void manyUpstreamsAndAsManyReferencesToNone() {
        String routes = lines(990, "  - {name: r%, upstream: nowhere%, retry: off}\n");
        assertThat(problemsOf(Yaml.SMALLEST + lines(990, "  u%: {endpoints: [a:1]}\n") + "routes:\n" + routes))
                .isEqualTo(990);
    }

    @Test
    void moreRoutesUpstreamsAndListenersThanFitIntoMemory() {
        assertThat(problem(Yaml.SMALLEST + "routes:\n" + lines(1_001, "  - {name: r%, upstream: app}\n")))
                .endsWith(": routes: 1001 of them (expected: at most 1000)");
        assertThat(problem(Yaml.SMALLEST + lines(1_000, "  u%: {endpoints: [a:1]}\n")))
                .endsWith(": upstreams: 1001 of them (expected: at most 1000)");
        assertThat(problem("listeners:\n" + lines(101, "  - {name: l%, address: '127.0.0.1:%', upstream: app}\n")
                        + "upstreams: {app: {endpoints: ['a:1']}}\n"))
                .endsWith(": listeners: 101 of them (expected: at most 100)");
    }

    private static String problem(String yaml) {
        var problems = Yaml.problems(yaml);
        assertThat(problems).hasSize(1);
        return problems.getFirst().toString();
    }

    @Test
    void aLongChainOfFailovers() {
        String chain = IntStream.range(0, 990)
                .mapToObj(i -> "  u" + i + ": {endpoints: [a:1], failover: [u" + (i + 1) + "]}\n")
                .collect(Collectors.joining());
        int closed = problemsOf(Yaml.SMALLEST + chain + "  u990: {endpoints: [a:1], failover: [u0]}\n");
        assertThat(closed).isEqualTo(1); // the one that closes the circle
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
