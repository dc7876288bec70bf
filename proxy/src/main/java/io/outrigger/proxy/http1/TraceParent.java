package io.outrigger.proxy.http1;

/** Tells a good traceparent from a bad one (W3C Trace Context §3.2.2). Immutable. */
final class TraceParent {
    private static final int LENGTH = 55; // of version 00; a later one may be longer

    private TraceParent() {}

    static boolean valid(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < LENGTH || bytes[from + 2] != '-' || bytes[from + 35] != '-' || bytes[from + 52] != '-') {
            return false;
        }
        if (!hex(bytes, from, from + 2) || !hex(bytes, from + 53, from + 55)) {
            return false;
        }
        boolean later = bytes[from] != '0' || bytes[from + 1] != '0';
        if (bytes[from] == 'f' && bytes[from + 1] == 'f' || !later && length != LENGTH) {
            return false;
        }
        if (later && length > LENGTH && bytes[from + LENGTH] != '-') {
            return false;
        }
        return id(bytes, from + 3, from + 35) && id(bytes, from + 36, from + 52);
    }

    private static boolean id(byte[] bytes, int from, int to) {
        if (!hex(bytes, from, to)) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] != '0') {
                return true;
            }
        }
        return false;
    }

    private static boolean hex(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Bytes.digit(bytes[i]) && (bytes[i] < 'a' || bytes[i] > 'f')) {
                return false;
            }
        }
        return true;
    }
}
