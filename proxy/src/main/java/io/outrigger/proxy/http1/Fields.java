package io.outrigger.proxy.http1;

import java.util.Arrays;

/**
 * The index of a head that is being scanned: four numbers a field. One per loop, used for one head after the other.
 * Confined to one loop.
 */
final class Fields {
    static final int MORE = -1;
    static final int BAD = -2;
    static final int TOO_MANY = -3;

    /** Where the name begins; then where the colon stands, where the line ends, and the hash of the lower-case name. */
    static final int WIDTH = 4;

    int[] index = new int[WIDTH * 32];
    Line[] kinds = new Line[32];
    int count;
    String problem = ""; // what is wrong, after BAD

    /**
     * Scans field lines up to and with the empty line.
     *
     * @return where the bytes behind the empty line begin, or MORE, BAD or TOO_MANY
     */
    int scan(byte[] bytes, int from, int to, int most) {
        count = 0;
        int at = from;
        while (true) {
            if (at >= to) {
                return MORE;
            }
            if (bytes[at] == '\r') {
                if (at + 1 == to) {
                    return MORE;
                }
                return bytes[at + 1] == '\n' ? at + 2 : bad("bare CR in the head");
            }
            int name = at;
            int hash = 0;
            byte lower;
            while (at < to && (lower = Bytes.token(bytes[at])) != 0) {
                hash = 31 * hash + lower;
                at++;
            }
            if (at == to) {
                return MORE;
            }
            if (bytes[at] != ':' || at == name) {
                return bad(nameProblem(bytes[at], at == name));
            }
            int colon = at;
            at = Bytes.control(bytes, at + 1, to);
            while (at < to && bytes[at] == '\t') {
                at = Bytes.control(bytes, at + 1, to);
            }
            if (at + 1 >= to) {
                return at < to && bytes[at] != '\r' ? bad(valueProblem(bytes[at])) : MORE;
            }
            if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
                return bad(valueProblem(bytes[at]));
            }
            if (count == most) {
                return TOO_MANY;
            }
            add(name, colon, at, hash);
            at += 2;
        }
    }

    int name(int field) {
        return index[field * WIDTH];
    }

    int colon(int field) {
        return index[field * WIDTH + 1];
    }

    /** Where the CR of the line stands. */
    int end(int field) {
        return index[field * WIDTH + 2];
    }

    int hash(int field) {
        return index[field * WIDTH + 3];
    }

    /** Where the value begins, behind white space. */
    int valueFrom(byte[] bytes, int field) {
        int from = colon(field) + 1;
        int to = end(field);
        while (from < to && (bytes[from] == ' ' || bytes[from] == '\t')) {
            from++;
        }
        return from;
    }

    /** Where the value ends, before white space; not before {@code from}. */
    int valueTo(byte[] bytes, int field, int from) {
        int to = end(field);
        while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
            to--;
        }
        return to;
    }

    /** The fields as they are by now, with their own copy of the index. */
    FlatHeaders headers(byte[] bytes) {
        return new FlatHeaders(bytes, this);
    }

    private void add(int name, int colon, int end, int hash) {
        int at = count * WIDTH;
        if (at == index.length) {
            index = Arrays.copyOf(index, at * 2);
            kinds = Arrays.copyOf(kinds, count * 2);
        }
        index[at] = name;
        index[at + 1] = colon;
        index[at + 2] = end;
        index[at + 3] = hash;
        kinds[count++] = Line.KEPT;
    }

    private int bad(String what) {
        problem = what;
        return BAD;
    }

    private static String nameProblem(byte found, boolean atStart) {
        if (found == '\n') {
            return "bare LF in the head";
        }
        if (found == ' ' || found == '\t') {
            return atStart ? "line folding in the head" : "white space before the colon of a field";
        }
        return atStart && found == ':' ? "field without a name" : "field name that is not a token";
    }

    private static String valueProblem(byte found) {
        return switch (found) {
            case '\r' -> "bare CR in a field";
            case '\n' -> "bare LF in a field";
            case 0 -> "NUL in a field";
            default -> "control character in a field";
        };
    }
}
