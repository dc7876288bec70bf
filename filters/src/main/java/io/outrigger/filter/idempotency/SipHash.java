package io.outrigger.filter.idempotency;

/**
 * SipHash-2-4 with 128 bits (Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012), over whole words: without the
 * key, nobody can tell what it gives from what is random. Confined to one loop.
 */
final class SipHash {
    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
        begin();
    }

    /** Another message. */
    void begin() {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
    }

    void add(long word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }

    /** Adds the last word, in which the message tells its length. */
    void end(long word) {
        add(word);
        v2 ^= 0xee;
        rounds(4);
    }

    /** The first half, once it has ended. */
    long first() {
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** The second half, to be asked for once after the first one. */
    long second() {
        v1 ^= 0xdd;
        rounds(4);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void rounds(int number) {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int i = 0; i < number; i++) {
            a += b;
            b = Long.rotateLeft(b, 13) ^ a;
            a = Long.rotateLeft(a, 32);
            c += d;
            d = Long.rotateLeft(d, 16) ^ c;
            a += d;
            d = Long.rotateLeft(d, 21) ^ a;
            c += b;
            b = Long.rotateLeft(b, 17) ^ c;
            c = Long.rotateLeft(c, 32);
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
    }
}
