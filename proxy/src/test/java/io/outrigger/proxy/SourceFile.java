package io.outrigger.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A file of Java as people read it: what class files no longer tell. Immutable. */
record SourceFile(Path path, String text) {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> MODULES = List.of("config", "filters", "admin-api", "proxy", "e2e-tests");
    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile(
            "(?s)/\\*.*?\\*/|//[^\\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'");
    private static final Pattern TYPE = Pattern.compile(
            "(?ms)(?:^/\\*\\*((?:(?!\\*/).)*)\\*/\\s+)?(?:^@[^\\n]*\\n)*^(?:(?:public|final|sealed|non-sealed|abstract)\\s+)*"
                    + "(class|record|interface|enum|@interface)\\s");

    /** All files under the given folder ({@code src/main} or {@code src/test}) of every module. */
    static List<SourceFile> under(String folder) {
        return MODULES.stream()
                .map(module -> ROOT.resolve(module).resolve(folder))
                .filter(Files::isDirectory)
                .flatMap(SourceFile::walk)
                .toList();
    }

    private static Stream<SourceFile> walk(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).map(SourceFile::read).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SourceFile read(Path file) {
        try {
            return new SourceFile(ROOT.relativize(file), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isPackageInfo() {
        return path.endsWith("package-info.java");
    }

    /** The text without comments and literals. */
    String code() {
        return COMMENT_OR_LITERAL.matcher(text).replaceAll("");
    }

    /** What the Javadoc of the type says before its first blank line or tag; empty when there is none. */
    String firstParagraph() {
        var type = TYPE.matcher(text);
        if (!type.find() || type.group(1) == null) {
            return "";
        }
        var paragraph = new StringBuilder();
        for (var line : type.group(1).strip().lines().toList()) {
            var words = line.strip().replaceFirst("^\\*\\s?", "").strip();
            if (words.isEmpty() || words.startsWith("@") || words.startsWith("<p>")) {
                break;
            }
            paragraph.append(words).append(' ');
        }
        return paragraph.toString().strip();
    }

    /** {@code class}, {@code record}, {@code interface}, {@code enum}; empty for a package-info. */
    String kind() {
        var type = TYPE.matcher(text);
        return type.find() ? type.group(2) : "";
    }

    long lines() {
        return text.lines().count();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
