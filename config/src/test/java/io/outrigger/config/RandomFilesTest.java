package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.yaml.Problem;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is in a file: it is read in bounded time, and what is wrong is told with its place, in one line each. */
class RandomFilesTest {
    private static final int FILES = Integer.getInteger("fuzz.files", 3_000); // of each seed
    private static final long LONGEST_NANOS = 10_000_000_000L; // a thousand times what the worst one takes
    private static final Pattern PATH = Pattern.compile("[^\\p{C}]+");

    /** What can be wrong with a file as a whole. */
    private static final Pattern OF_THE_FILE = Pattern.compile("not YAML: .*|not UTF-8 .*|character U\\+.*|the file .*"
            + "|a second document .*|nested deeper .*|more than .*|a key that is no text|.* \\(expected: a mapping of .*"
            + "|and [0-9]+ more|(alias|anchor|tag) .*");

    private static List<byte[]> contents(Stream<Path> files) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files.toList()) {
            contents.add(Files.readAllBytes(file));
        }
        return contents;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void isReadOrRefusedWithPlaces(long seed) throws IOException, URISyntaxException {
        RandomFiles files = new RandomFiles(
                seed + Long.getLong("fuzz.seed", 0),
                contents(FineFilesTest.fineFiles()),
                contents(BrokenFilesTest.brokenFiles()));
        int fine = 0;
        for (int i = 0; i < FILES; i++) {
            byte[] file = files.next();
            fine += check(file) ? 1 : 0;
        }
        assertThat(fine).as("fine ones, which have to be among them").isBetween(FILES / 200, FILES / 2);
    }

    static Stream<Path> found() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(RandomFilesTest.class.getResource("/fuzz"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    /** Those that broke a promise once. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("found")
    void whatWasFoundStaysMended(Path file) throws IOException {
        check(Files.readAllBytes(file));
    }

    /** Whether it is fine. */
    private static boolean check(byte[] file) {
        String text = new String(file, StandardCharsets.UTF_8);
        long start = System.nanoTime();
        ReadResult read;
        try {
            read = BrokenFilesTest.read(file);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(text, e);
        }
        assertThat(System.nanoTime() - start).as(text).isLessThan(LONGEST_NANOS);
        if (read instanceof ReadResult.Ok ok) {
            assertThat(again(ok)).as(text).isInstanceOf(ReadResult.Ok.class);
            return true;
        }
        List<Problem> problems = ((ReadResult.Broken) read).problems();
        assertThat(problems).as(text).isNotEmpty();
        List<String> lines = lines(text);
        problems.forEach(problem -> check(problem, lines));
        assertThat(problems)
                .as(text)
                .isSortedAccordingTo(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return false;
    }

    private static void check(Problem problem, List<String> lines) {
        String said = problem.toString();
        assertThat(problem.line()).as(said).isBetween(1, lines.size());
        int length = lines.get(problem.line() - 1)
                .codePointCount(0, lines.get(problem.line() - 1).length());
        assertThat(problem.column()).as(said).isBetween(1, length + 1);
        assertThat(said)
                .as(said)
                .matches("outrigger\\.yaml:[0-9]+:[0-9]+: [^\\p{C}\\u2028\\u2029]+")
                .hasSizeLessThan(2000);
        if (problem.path().isEmpty()) {
            assertThat(problem.message()).matches(OF_THE_FILE);
        } else {
            assertThat(problem.path()).matches(PATH);
        }
    }

    /** As the parser counts them: a carriage return that is the last character ends none. */
    private static List<String> lines(String text) {
        return List.of(text.split("\\r\\n|\\r(?!\\z)|[\\n\\u0085\\u2028\\u2029]", -1));
    }

    private static ReadResult again(ReadResult.Ok once) {
        return BrokenFilesTest.read(once.effective().yaml().getBytes(StandardCharsets.UTF_8));
    }
}
