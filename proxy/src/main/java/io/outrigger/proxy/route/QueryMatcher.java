package io.outrigger.proxy.route;

import io.outrigger.config.ValueMatch;
import io.outrigger.exchange.Target;
import java.nio.charset.StandardCharsets;

/**
 * Compares the parameters of one name with what a route wants: one of them has to match. Names and values are compared
 * as the server will decode them: {@code %41} is A and {@code +} is a space; what is no escape stands for itself. A
 * parameter without an equals sign has the empty value. Immutable.
 */
final class QueryMatcher {
    private final byte[] name;
    private final ValueMatch wanted;
    private final byte[] value; // for an exact one

    QueryMatcher(String name, ValueMatch wanted) {
        this.name = name.getBytes(StandardCharsets.UTF_8);
        this.wanted = wanted;
        this.value =
                wanted instanceof ValueMatch.Exact exact ? exact.value().getBytes(StandardCharsets.UTF_8) : new byte[0];
    }

    boolean matches(Target target) {
        boolean asked = !(wanted instanceof ValueMatch.Present present) || present.wanted();
        int end = target.length();
        for (int from = target.pathLength() + 1; from < end; ) {
            int to = next(target, '&', from, end);
            int equals = next(target, '=', from, to);
            if (same(target, from, equals, name) && fits(target, Math.min(equals + 1, to), to)) {
                return asked;
            }
            from = to + 1;
        }
        return !asked;
    }

    private boolean fits(Target target, int from, int to) {
        return switch (wanted) {
            case ValueMatch.Present _ -> true;
            case ValueMatch.Exact _ -> same(target, from, to, value);
            case ValueMatch.Regex regex ->
                regex.pattern().matcher(decoded(target, from, to)).matches();
        };
    }

    private static boolean same(Target target, int from, int to, byte[] text) {
        int at = from;
        for (byte wantedByte : text) {
            if (at >= to || decodedAt(target, at, to) != wantedByte) {
                return false;
            }
            at += lengthAt(target, at, to);
        }
        return at == to;
    }

    private static String decoded(Target target, int from, int to) {
        byte[] bytes = new byte[to - from];
        int length = 0;
        for (int at = from; at < to; at += lengthAt(target, at, to)) {
            bytes[length++] = decodedAt(target, at, to);
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static byte decodedAt(Target target, int at, int to) {
        byte plain = target.at(at);
        if (lengthAt(target, at, to) == 3) {
            return (byte) (hex(target.at(at + 1)) << 4 | hex(target.at(at + 2)));
        }
        return plain == '+' ? (byte) ' ' : plain;
    }

    private static int lengthAt(Target target, int at, int to) {
        boolean escape =
                target.at(at) == '%' && at + 2 < to && hex(target.at(at + 1)) >= 0 && hex(target.at(at + 2)) >= 0;
        return escape ? 3 : 1;
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    private static int next(Target target, char wanted, int from, int to) {
        int at = from;
        while (at < to && target.at(at) != wanted) {
            at++;
        }
        return at;
    }
}
