package io.outrigger.proxy.log;

import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One JSON object (RFC 8259) on its way into bytes, by hand, as a library would allocate some hundred bytes a line.
 * Used again for the next line. Confined to one loop.
 */
final class JsonLine {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] CUT = "…".getBytes(StandardCharsets.UTF_8);

    private final Timestamp timestamp = new Timestamp();
    private byte[] bytes = new byte[1024];
    private int length;

    /** The quoted name of a member with its colon. The name is plain ASCII. */
    static byte[] name(String name) {
        return ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    JsonLine begin() {
        length = 0;
        return open('{');
    }

    /** Closes the object and ends the line. */
    void end() {
        close('}');
        room(1);
        bytes[length++] = '\n';
    }

    JsonLine open(char bracket) {
        room(2);
        if (length > 0 && bytes[length - 1] == '}') {
            bytes[length++] = ','; // another element of an array
        }
        bytes[length++] = (byte) bracket;
        return this;
    }

    JsonLine close(char bracket) {
        room(1);
        bytes[length++] = (byte) bracket;
        return this;
    }

    /** The name of a member, made by {@link #name}; its value has to follow. */
    JsonLine member(byte[] name) {
        room(name.length + 1);
        if (bytes[length - 1] != '{') {
            bytes[length++] = ',';
        }
        System.arraycopy(name, 0, bytes, length, name.length);
        length += name.length;
        return this;
    }

    JsonLine time(byte[] name, long epochMillis) {
        member(name);
        room(Timestamp.LENGTH + 2);
        bytes[length++] = '"';
        length = timestamp.write(epochMillis, bytes, length);
        bytes[length++] = '"';
        return this;
    }

    JsonLine number(byte[] name, long value) {
        member(name);
        digits(value);
        return this;
    }

    /** A duration in milliseconds with three decimals. A negative one counts as none. */
    JsonLine millis(byte[] name, long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        member(name);
        digits(micros / 1000);
        int rest = (int) (micros % 1000);
        room(4);
        bytes[length++] = '.';
        bytes[length++] = (byte) ('0' + rest / 100);
        bytes[length++] = (byte) ('0' + rest / 10 % 10);
        bytes[length++] = (byte) ('0' + rest % 10);
        return this;
    }

    /** A string of at most {@code most} characters; of a longer one the beginning and an ellipsis. */
    JsonLine string(byte[] name, String value, int most) {
        member(name);
        room(1);
        bytes[length++] = '"';
        int end = Math.min(value.length(), most);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (!Character.isSurrogate(c)) {
                character(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(value.charAt(i + 1))) {
                character(Character.toCodePoint(c, value.charAt(++i)));
            } else {
                character(0xFFFD); // half a pair is no character
            }
        }
        return closeString(end < value.length());
    }

    /** The id that was made for an exchange: its last digits, out of 32. */
    JsonLine madeId(byte[] name, Identity identity, int digits) {
        member(name);
        room(34);
        bytes[length++] = '"';
        identity.copyMadeId(bytes, length);
        System.arraycopy(bytes, length + 32 - digits, bytes, length, digits);
        length += digits;
        bytes[length++] = '"';
        return this;
    }

    /**
     * The path of a target, of at most {@code most} bytes. Bytes that a URI cannot have are written in its own way,
     * as {@code %C3}: whatever characters they were meant to be, that is what they are.
     */
    JsonLine path(byte[] name, Target target, int most) {
        member(name);
        room(1);
        bytes[length++] = '"';
        int end = Math.min(target.pathLength(), most);
        for (int i = 0; i < end; i++) {
            int b = target.at(i);
            if (b >= 0) {
                character(b);
            } else {
                room(3);
                bytes[length++] = '%';
                bytes[length++] = upper(HEX[b >> 4 & 15]);
                bytes[length++] = upper(HEX[b & 15]);
            }
        }
        return closeString(end < target.pathLength());
    }

    private JsonLine closeString(boolean cut) {
        room(CUT.length + 1);
        if (cut) {
            System.arraycopy(CUT, 0, bytes, length, CUT.length);
            length += CUT.length;
        }
        bytes[length++] = '"';
        return this;
    }

    private static byte upper(byte hex) {
        return hex >= 'a' ? (byte) (hex - 32) : hex;
    }

    private void character(int c) {
        room(6);
        if (c == '"' || c == '\\') {
            bytes[length++] = '\\';
            bytes[length++] = (byte) c;
        } else if (c < 0x20 || c == 0x7F) { // DEL is legal, but no terminal should get it
            bytes[length++] = '\\';
            bytes[length++] = 'u';
            bytes[length++] = '0';
            bytes[length++] = '0';
            bytes[length++] = HEX[c >> 4];
            bytes[length++] = HEX[c & 15];
        } else if (c < 0x80) {
            bytes[length++] = (byte) c;
        } else if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | c >> 6);
            bytes[length++] = continuation(c);
        } else if (c < 0x10000) {
            bytes[length++] = (byte) (0xE0 | c >> 12);
            bytes[length++] = continuation(c >> 6);
            bytes[length++] = continuation(c);
        } else {
            bytes[length++] = (byte) (0xF0 | c >> 18);
            bytes[length++] = continuation(c >> 12);
            bytes[length++] = continuation(c >> 6);
            bytes[length++] = continuation(c);
        }
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | bits & 0x3F);
    }

    private void digits(long value) {
        room(20);
        if (value < 0) {
            bytes[length++] = '-';
        }
        int first = length;
        do {
            bytes[length++] = (byte) ('0' + Math.abs(value % 10));
            value /= 10;
        } while (value != 0);
        for (int low = first, high = length - 1; low < high; low++, high--) {
            byte digit = bytes[low];
            bytes[low] = bytes[high];
            bytes[high] = digit;
        }
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
