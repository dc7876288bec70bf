package io.outrigger.config.yaml;

/** Something in a file that keeps it from being used; the path is empty when the text is no YAML of ours. Immutable. */
public record Problem(String file, int line, int column, String path, String message) {

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
