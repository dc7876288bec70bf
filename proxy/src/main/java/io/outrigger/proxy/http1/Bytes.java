package io.outrigger.proxy.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The classes of bytes that HTTP/1.1 tells apart, and the search for the next control character. Immutable. */
final class Bytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long SPACES = 0x2020202020202020L;
    private static final long DELETES = 0x7f7f7f7f7f7f7f7fL;

    private static final byte[] TOKEN = new byte[256]; // the lower-case byte of a tchar, else 0
    private static final byte[] HEX = new byte[256]; // the value of a hexadecimal digit, else -1
    private static final boolean[] HOST = new boolean[256]; // reg-name of RFC 3986 §3.2.2

    static {
        for (char c : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".toCharArray()) {
            TOKEN[c] = (byte) c;
        }
        for (char c = 'A'; c <= 'Z'; c++) {
            TOKEN[c] = (byte) (c | 0x20);
        }
        java.util.Arrays.fill(HEX, (byte) -1);
        for (char c : "0123456789abcdefABCDEF".toCharArray()) {
            HEX[c] = (byte) Character.digit(c, 16);
        }
        for (char c : "-._~!$&'()*+,;=%0123456789".toCharArray()) {
            HOST[c] = true;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            HOST[c] = true;
            HOST[c - 0x20] = true;
        }
    }

    private Bytes() {}

    /** The byte in lower case when it may stand in a token (RFC 9110 §5.6.2), else 0. */
    static byte token(byte b) {
        return TOKEN[b & 0xff];
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(byte b) {
        return HEX[b & 0xff];
    }

    static boolean digit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** The index of the first control character (0 to 31 and 127) from {@code at} on, or {@code to}. */
    static int control(byte[] bytes, int at, int to) {
        int i = at;
        while (i + 8 <= to) {
            long word = (long) LONG.get(bytes, i);
            long below = word - SPACES & ~word;
            long delete = (word ^ DELETES) - LOW_BITS & ~(word ^ DELETES);
            long found = (below | delete) & HIGH_BITS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
            i += 8;
        }
        while (i < to) {
            byte b = bytes[i];
            if (b >= 0 && b < ' ' || b == 127) {
                return i;
            }
            i++;
        }
        return to;
    }

    /** Whether these bytes are a host with an optional port (RFC 9110 §7.2); an empty host counts as one. */
    static boolean hostAndPort(byte[] bytes, int from, int to) {
        int i = from;
        if (i < to && bytes[i] == '[') {
            i++;
            while (i < to && (hex(bytes[i]) >= 0 || bytes[i] == ':' || bytes[i] == '.')) {
                i++;
            }
            if (i == to || bytes[i] != ']' || i == from + 1) {
                return false;
            }
            i++;
        } else {
            while (i < to && HOST[bytes[i] & 0xff]) {
                i++;
            }
        }
        if (i == to) {
            return true;
        }
        if (bytes[i] != ':') {
            return false;
        }
        i++;
        while (i < to && digit(bytes[i])) {
            i++;
        }
        return i == to;
    }

    /** Whether the bytes are this word, in any case; the word in lower case. */
    static boolean same(byte[] bytes, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            byte b = bytes[from + i];
            if (b != word.charAt(i) && (b < 'A' || b > 'Z' || (b | 0x20) != word.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
