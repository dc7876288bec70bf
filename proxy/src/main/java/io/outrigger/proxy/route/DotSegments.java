package io.outrigger.proxy.route;

import io.outrigger.exchange.Target;

/**
 * Takes {@code .} and {@code ..} out of a path (RFC 3986 §5.2.4), however their dots are encoded (§6.2.2.2), because
 * whoever serves {@code /a/../b} will take it for {@code /b}: so must the routes. Nothing else of the path is changed. Immutable.
 */
final class DotSegments {
    private static final int NONE = -1; // as a count of dots: another segment

    private DotSegments() {}

    /** The same target when there is nothing to take out, which is nearly always. */
    static Target resolve(Target target) {
        int end = target.pathLength();
        for (int i = 0; i + 1 < end; i++) {
            if (target.at(i) == '/' && dots(target, i + 1) != NONE) {
                return target.at(0) == '/' ? resolved(target) : target;
            }
        }
        return target;
    }

    private static Target resolved(Target target) {
        byte[] bytes = new byte[target.length()];
        int end = target.pathLength();
        int to = 0;
        for (int from = 0; from < end; ) {
            int next = segmentEnd(target, from + 1);
            int dots = dots(target, from + 1);
            if (dots == NONE) {
                for (int i = from; i < next; i++) {
                    bytes[to++] = target.at(i);
                }
            } else {
                to = dots == 2 ? lastSlash(bytes, to) : to;
                if (next == end) {
                    bytes[to++] = '/'; // what it names is a folder
                }
            }
            from = next;
        }
        return new Target(bytes, 0, target.copyTo(end, bytes, to));
    }

    /** How many dots the segment consists of, when it has one or two and nothing else. */
    private static int dots(Target target, int from) {
        int end = target.pathLength();
        int dots = 0;
        int at = from;
        while (at < end && target.at(at) != '/') {
            int length = dotLength(target, at, end);
            dots++;
            if (length == 0 || dots > 2) {
                return NONE;
            }
            at += length;
        }
        return dots == 0 ? NONE : dots;
    }

    /** In bytes: 1 plain, 3 encoded, 0 when there is none. */
    private static int dotLength(Target target, int at, int end) {
        byte first = target.at(at);
        if (first == '.') {
            return 1;
        }
        boolean encoded = first == '%' && at + 2 < end && target.at(at + 1) == '2' && (target.at(at + 2) | 0x20) == 'e';
        return encoded ? 3 : 0;
    }

    private static int segmentEnd(Target target, int from) {
        int at = from;
        while (at < target.pathLength() && target.at(at) != '/') {
            at++;
        }
        return at;
    }

    private static int lastSlash(byte[] bytes, int to) {
        int at = to;
        while (at > 0 && bytes[--at] != '/') {}
        return at;
    }
}
