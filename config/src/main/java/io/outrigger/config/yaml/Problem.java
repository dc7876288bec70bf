package io.outrigger.config.yaml;

/** Something in a file that keeps it from being used; the path is empty when the text is no YAML of ours. Immutable. */
public record Problem(String file, int line, int column, String path, String message) {

    Position at() {
        return new Position(line, column);
    }

    /** As one line: {@code outrigger.yaml:41:9: routes[2].retry.attempts: 0 (expected: 1 to 10)}. */
    @Override
    public String toString() {
        String where = file + ":" + line + ":" + column + ": ";
        return path.isEmpty() ? where + message : where + path + ": " + message;
    }
}
