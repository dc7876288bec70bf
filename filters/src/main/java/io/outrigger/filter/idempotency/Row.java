package io.outrigger.filter.idempotency;

import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import java.util.Arrays;

/**
 * The bytes of an answer but for its body, in the form of a {@link KeptAnswer}, one answer after the other. Guarded by whoever
 * has it. Shared by all loops.
 */
final class Row implements Headers.FieldSink {
    private static final HeaderName SET_COOKIE = HeaderName.of("set-cookie");
    private static final int USUAL = 1024; // bytes; what is larger is not kept for the next one
    private static final int FIELD = 6; // bytes for the lengths of a field

    private byte[] bytes = new byte[USUAL];
    private int length;
    private int fields; // that were written since their number was left open
    private int split; // where the body belongs

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Where the body belongs. */
    int split() {
        return split;
    }

    void write(byte form, int status, Headers head, int content, Headers trailers) {
        if (bytes.length > USUAL) {
            bytes = new byte[USUAL];
        }
        bytes[0] = form;
        length = number(status, 2, 1);
        fields(head);
        grow(4);
        length = number(content, 4, length);
        split = length;
        fields(trailers);
    }

    private void fields(Headers all) {
        grow(2);
        int start = length;
        length += 2;
        fields = 0;
        if (all != Headers.NONE) {
            all.forEachField(this);
        }
        number(fields, 2, start);
    }

    /** All but cookies: those are for one caller at one time. */
    @Override
    public void field(byte[] from, int nameFrom, int nameTo, int valueFrom, int valueTo) {
        int name = nameTo - nameFrom;
        int value = valueTo - valueFrom;
        if (name == SET_COOKIE.length() && SET_COOKIE.is(from, nameFrom)) {
            return;
        }
        grow(FIELD + name + value);
        int at = number(name, 2, length);
        System.arraycopy(from, nameFrom, bytes, at, name);
        at = number(value, 4, at + name);
        System.arraycopy(from, valueFrom, bytes, at, value);
        length = at + value;
        fields++;
    }

    private int number(int number, int octets, int at) {
        for (int i = 0; i < octets; i++) {
            bytes[at + i] = (byte) (number >> 8 * (octets - 1 - i));
        }
        return at + octets;
    }

    private void grow(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
