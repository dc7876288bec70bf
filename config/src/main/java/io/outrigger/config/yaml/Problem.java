package io.outrigger.config.yaml;

/**
 * Something in a file that keeps it from being used; the path is empty when the text is no YAML of ours. What the file
 * says is shown in one line, without characters that would move the cursor or turn the text around. Immutable.
 */
public record Problem(String file, int line, int column, String path, String message) {
    private static final int LONGEST = 1000; // of a path or message: nobody reads more

    public Problem {
        path = inOneLine(path);
        message = inOneLine(message);
    }

    private static String inOneLine(String text) {
        if (text.length() <= LONGEST && text.codePoints().allMatch(Problem::isShown)) {
            return text;
        }
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> line.appendCodePoint(isShown(c) ? c : '·'));
        return line.append(text.codePointCount(0, text.length()) > LONGEST ? "…" : "")
                .toString();
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR -> false;
            default -> Character.getType(c) != Character.PARAGRAPH_SEPARATOR;
        };
    }

    Position at() {
        return new Position(line, column);
    }

    /** As one line of something that is allowed: {@code outrigger.yaml:41:9: warning: routes[2].retry: …}. */
    public String warning() {
        return where() + "warning: " + what();
    }

    /** As one line: {@code outrigger.yaml:41:9: routes[2].retry.attempts: 0 (expected: 1 to 10)}. */
    @Override
    public String toString() {
        return where() + what();
    }

    private String where() {
        return file + ":" + line + ":" + column + ": ";
    }

    private String what() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
