package io.outrigger.proxy.http1;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message of the corpus and what is to become of it. Its file begins with the lines of the expected reading, each
 * behind {@code # }; the others are the message, whose own line ends and odd bytes are escaped as in Java, with
 * {@code \xHH} for a byte. A line {@code @N text} is the text N times. Immutable.
 */
record Case(List<String> expected, String text) {
    private static final String READING = "# ";
    private static final Pattern REPEATED = Pattern.compile("@([0-9]+) (.*)");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:x([0-9a-f]{2})|(.))");

    static Case in(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        List<String> expected = lines.stream()
                .takeWhile(line -> line.startsWith(READING))
                .map(line -> line.substring(READING.length()))
                .toList();
        StringBuilder text = new StringBuilder();
        for (String line : lines.subList(expected.size(), lines.size())) {
            Matcher repeated = REPEATED.matcher(line);
            text.append(
                    repeated.matches()
                            ? meant(repeated.group(2)).repeat(Integer.parseInt(repeated.group(1)))
                            : meant(line));
        }
        return new Case(expected, text.toString());
    }

    private static String meant(String line) {
        return ESCAPED.matcher(line)
                .replaceAll(escaped -> Matcher.quoteReplacement(
                        escaped.group(1) != null
                                ? "" + (char) Integer.parseInt(escaped.group(1), 16)
                                : named(escaped.group(2))));
    }

    private static String named(String letter) {
        return switch (letter) {
            case "r" -> "\r";
            case "n" -> "\n";
            case "t" -> "\t";
            case "\\" -> "\\";
            default -> throw new IllegalArgumentException("\\" + letter + " (expected: \\r \\n \\t \\\\ or \\xHH)");
        };
    }

    /** The text as it stands in a file, all in one line; also for the lines of a reading. */
    static String written(String text) {
        StringBuilder line = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\r' -> line.append("\\r");
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                case '\\' -> line.append("\\\\");
                default -> line.append(c >= ' ' && c < 127 ? "" + c : "\\x%02x".formatted((int) c));
            }
        }
        return line.toString();
    }
}
