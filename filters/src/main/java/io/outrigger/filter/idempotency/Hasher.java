package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Target;

/** Makes digests, one after the other. Confined to one loop. */
abstract class Hasher {
    private final byte[] small = new byte[256]; // for what is no array

    private boolean begun; // and not ended

    /** Begins anew, whatever became of what was begun before. */
    final void begin() {
        if (begun) {
            reset();
        }
        begun = true;
    }

    final Digest end() {
        Digest made = digest();
        begun = false;
        return made;
    }

    abstract void add(byte[] bytes, int from, int to);

    /** From its reader index on; it stays as it is. */
    abstract void add(ByteBuf bytes);

    final void add(byte[] bytes) {
        add(bytes, 0, bytes.length);
    }

    final void add(byte octet) {
        small[0] = octet;
        add(small, 0, 1);
    }

    /** In 4 bytes. */
    final void add(int number) {
        for (int i = 0; i < 4; i++) {
            small[i] = (byte) (number >>> 24 - 8 * i);
        }
        add(small, 0, 4);
    }

    /** Of characters of ISO-8859-1. */
    @SuppressWarnings("deprecation") // it takes the low bytes of characters, which is all that these have
    final void add(String text) {
        int length = text.length();
        byte[] bytes = length <= small.length ? small : new byte[length];
        text.getBytes(0, length, bytes, 0);
        add(bytes, 0, length);
    }

    final void add(Target target) {
        int length = target.length();
        byte[] bytes = length <= small.length ? small : new byte[length];
        target.copyTo(0, bytes, 0);
        add(bytes, 0, length);
    }

    /** Forgets what was added. */
    abstract void reset();

    /** Of all that was added since the last one. */
    abstract Digest digest();
}
