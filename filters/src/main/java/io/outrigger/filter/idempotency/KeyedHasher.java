package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * For what stays in the process: digests of 128 bits that depend on a secret, several times faster than those that must
 * stand without one. Confined to one loop.
 *
 * <p>Hashing, then a pseudorandom function, as UMAC does: blocks are compressed by NH (Black, Halevi, Krawczyk, Krovetz,
 * Rogaway, UMAC: Fast and Secure Message Authentication, 1999), here with words of 64 bits as in VMAC (Krovetz, 2006), and
 * what comes of them, with the length of all, goes through SipHash. What is short goes there as it is. So two messages
 * that somebody chooses who does not know the secret have one digest with a probability of 2⁻⁶⁴ for those above
 * {@value #SHORT} bytes, of 2⁻¹²⁸ for others; that is for each two that are tried in this process, since nobody can try
 * elsewhere.
 */
final class KeyedHasher extends Hasher {
    /** What goes through SipHash as it is, in bytes: a route with a key above all, which is compared with many others. */
    static final int SHORT = 320;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 1024; // bytes
    private static final int PAIR = 16; // bytes of two words

    private final long[] secret; // two words for SipHash, then one for each word of a block; not changed
    private final SipHash sip;
    private final byte[] block = new byte[BLOCK];
    private int filled; // bytes of the block
    private long length; // of all, in bytes

    /** With the secret of the process. */
    KeyedHasher() {
        this(Secret.WORDS);
    }

    /** @param secret two words for SipHash, then one for each word of a block; not copied */
    KeyedHasher(long[] secret) {
        this.sip = new SipHash(secret[0], secret[1]);
        this.secret = secret;
    }

    /** Drawn when the first one needs it. Immutable. */
    private static final class Secret {
        static final long[] WORDS =
                new SecureRandom().longs(2 + BLOCK / Long.BYTES).toArray();
    }

    @Override
    void add(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int piece = Math.min(to - at, room());
            System.arraycopy(bytes, at, block, filled, piece);
            took(piece);
            at += piece;
        }
    }

    @Override
    void add(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int to = bytes.writerIndex();
        while (at < to) {
            int piece = Math.min(to - at, room());
            bytes.getBytes(at, block, filled, piece);
            took(piece);
            at += piece;
        }
    }

    /** What fits into the block; one that is full is compressed only now, as the last one may be short. */
    private int room() {
        if (filled == BLOCK) {
            compress(BLOCK);
        }
        return BLOCK - filled;
    }

    private void took(int bytes) {
        filled += bytes;
        length += bytes;
    }

    @Override
    Digest digest() {
        int end = filled + PAIR - 1 & -PAIR;
        Arrays.fill(block, filled, end, (byte) 0); // the length tells them from zeros that were there
        if (length > SHORT) {
            compress(end);
        } else {
            for (int at = 0; at < end; at += Long.BYTES) {
                sip.add((long) LONG.get(block, at));
            }
        }
        sip.end(length);
        long first = sip.first();
        Digest digest = Digest.of(first, sip.second());
        reset();
        return digest;
    }

    /** NH: the sum of products of two words each, each word with its own of the secret added to it. */
    private void compress(int end) {
        long low = 0;
        long high = 0;
        for (int at = 0; at < end; at += PAIR) {
            long one = (long) LONG.get(block, at) + secret[(at >>> 3) + 2];
            long other = (long) LONG.get(block, at + Long.BYTES) + secret[(at >>> 3) + 3];
            long product = one * other;
            low += product;
            high += Math.unsignedMultiplyHigh(one, other) + (Long.compareUnsigned(low, product) < 0 ? 1 : 0);
        }
        sip.add(low);
        sip.add(high);
        filled = 0;
    }

    @Override
    void reset() {
        sip.begin();
        filled = 0;
        length = 0;
    }
}
