package io.outrigger.proxy.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes one message as Protocol Buffers have it (protobuf.dev, Encoding). Confined to one loop. */
final class Protobuf {
    private static final int VARINT = 0; // types of fields
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;
    private static final int LONGEST_VARINT = 10;

    private byte[] out = new byte[4096];
    private int length;

    byte[] bytes() {
        return out;
    }

    int length() {
        return length;
    }

    /** Begins a message within this one. Gives what {@link #end} needs. */
    int begin(int field) {
        tag(field, BYTES);
        room(1)[length++] = 0; // where its length goes, if that is one byte
        return length;
    }

    void end(int begin) {
        int size = length - begin;
        int more = varintLength(size) - 1;
        if (more > 0) {
            System.arraycopy(room(more), begin, out, begin + more, size);
        }
        length = begin - 1;
        put(size);
        length += size;
    }

    void varint(int field, long value) {
        tag(field, VARINT);
        put(value);
    }

    void fixed64(int field, long value) {
        tag(field, FIXED_64);
        little(value, 8);
    }

    void fixed32(int field, int value) {
        tag(field, FIXED_32);
        little(value, 4);
    }

    void string(int field, String text) {
        tag(field, BYTES);
        int start = length;
        int size = text.length();
        put(size);
        byte[] into = room(size);
        for (int i = 0; i < size; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) { // seldom
                length = start;
                raw(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            into[length + i] = (byte) c;
        }
        length += size;
    }

    /** The bytes that hexadecimal digits stand for. */
    void hex(int field, String digits) {
        tag(field, BYTES);
        int size = digits.length() / 2;
        put(size);
        byte[] into = room(size);
        for (int i = 0; i < size; i++) {
            into[length++] = (byte)
                    (Character.digit(digits.charAt(2 * i), 16) << 4 | Character.digit(digits.charAt(2 * i + 1), 16));
        }
    }

    private void raw(byte[] bytes) {
        put(bytes.length);
        System.arraycopy(bytes, 0, room(bytes.length), length, bytes.length);
        length += bytes.length;
    }

    private void tag(int field, int type) {
        put((long) field << 3 | type);
    }

    private void put(long value) {
        byte[] into = room(LONGEST_VARINT);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            into[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[length++] = (byte) rest;
    }

    private static int varintLength(int value) {
        return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
    }

    private void little(long value, int size) {
        byte[] into = room(size);
        for (int i = 0; i < size; i++) {
            into[length++] = (byte) (value >>> 8 * i);
        }
    }

    private byte[] room(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
        return out;
    }
}
