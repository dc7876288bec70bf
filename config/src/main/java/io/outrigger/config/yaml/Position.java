package io.outrigger.config.yaml;

import org.yaml.snakeyaml.scanner.Constant;

/** A place in a text; lines and columns count from 1, columns in code points. Immutable. */
public record Position(int line, int column) implements Comparable<Position> {
    public static final Position START = new Position(1, 1);

    /** Behind the last character of the text, whose lines end where the parser has them end. */
    static Position behind(CharSequence text) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean crOfCrLf = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
            if (Constant.LINEBR.has(c) || c == '\r' && !crOfCrLf) {
                line++;
                column = 1;
            } else if (!Character.isLowSurrogate(c)) {
                column++;
            }
        }
        return new Position(line, column);
    }

    @Override
    public int compareTo(Position other) {
        return line == other.line ? Integer.compare(column, other.column) : Integer.compare(line, other.line);
    }
}
