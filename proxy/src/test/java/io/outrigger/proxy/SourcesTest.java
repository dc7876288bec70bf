package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the sources promise in words: which threads may touch a class, and how a test behaves. */
class SourcesTest {
    private static final List<SourceFile> MAIN = SourceFile.under("src/main/java");
    private static final List<SourceFile> TESTS = SourceFile.under("src/test/java");

    private static final String SHARED = "Shared by all loops";
    private static final Pattern THREAD_KIND = Pattern.compile(
            "\\b(Immutable|Confined to one loop|Confined to the reload thread|Shared by all loops)[.;]");
    private static final Pattern BETWEEN_THREADS =
            Pattern.compile("java\\.util\\.concurrent\\.(atomic|locks)\\b|\\bsynchronized\\b|\\bvolatile\\b");

    @Test
    void findsTheSourcesOfAllModules() {
        var modules =
                MAIN.stream().map(file -> file.path().getName(0).toString()).collect(Collectors.toSet());
        assertThat(modules).contains("config", "filters", "admin-api", "proxy");
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIsFor() {
        Set<Path> packages = MAIN.stream().map(file -> file.path().getParent()).collect(Collectors.toSet());
        Set<Path> described = MAIN.stream()
                .filter(SourceFile::isPackageInfo)
                .filter(file ->
                        file.text().contains("@NullMarked") && file.text().contains("/**"))
                .map(file -> file.path().getParent())
                .collect(Collectors.toSet());
        assertThat(described).containsAll(packages);
    }

    @Test
    void everyClassOfTheDataPathTellsItsThreadKind() {
        var dataPath = Pattern.compile("outrigger/(exchange|filter|proxy/(http1|downstream|upstream|route|loop))/");
        assertNone(
                file -> dataPath.matcher(file.toString()).find()
                        && (file.kind().equals("class") || file.kind().equals("record"))
                        && !THREAD_KIND.matcher(file.firstParagraph()).find(),
                "the first paragraph of its Javadoc ends with Immutable, Confined to one loop or Shared by all loops");
    }

    @Test
    void onlySharedClassesUseAtomicsAndLocks() {
        assertNone(
                file -> BETWEEN_THREADS.matcher(file.code()).find()
                        && !file.firstParagraph().contains(SHARED),
                "who uses atomics, locks, synchronized or volatile says: " + SHARED);
    }

    @Test
    void filesHaveOneIdeaEach() {
        assertNone(file -> file.lines() > 300, "300 lines at most: look for the second idea");
    }

    @Test
    void testsNeitherSleepNorAreSwitchedOff() {
        assertNoTest("\\bThread\\.sleep\\b|\\.sleep\\(", "a test waits for what it expects, not for a time");
        assertNoTest("@Disabled\\b|@DisabledIf|@EnabledIf", "a test runs, or is removed");
        var givesUp = Pattern.compile("\\bAssum(ptions|e)\\b|\\bassum(e|ing)That\\b|\\bassume(True|False)\\b");
        assertThat(TESTS.stream().filter(file -> givesUp.matcher(file.code()).find()))
                .as("a test does not give up; only what needs a container engine does, by Engine")
                .allMatch(file -> file.toString().endsWith("/e2e/Engine.java"));
    }

    @Test
    void testsAreNamedByWhatTheyPromise() {
        assertNoTest("\\bvoid\\s+(test|should)[A-Z0-9_]", "its name is a sentence about the product");
    }

    private static void assertNone(Predicate<SourceFile> bad, String rule) {
        assertThat(MAIN.stream().filter(bad)).as(rule).isEmpty();
    }

    private static void assertNoTest(String pattern, String rule) {
        var bad = Pattern.compile(pattern);
        assertThat(TESTS.stream().filter(file -> bad.matcher(file.code()).find()))
                .as(rule)
                .isEmpty();
    }
}
