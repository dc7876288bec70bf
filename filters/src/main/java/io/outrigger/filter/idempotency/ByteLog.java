package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in large arrays, one behind the other: written at the end, given up at the beginning, and named by a position that
 * only grows. Guarded by the table. Shared by all loops.
 *
 * <p>Some of the arrays that were given up are kept for what comes next: a loop often gives up the oldest answers of many
 * requests before it writes theirs, and arrays that grow old are dear to collect.
 */
final class ByteLog {
    private static final int SHIFT = 12; // a route with one key has one of them, too
    private static final int SPARE_SHIFT = 4; // one for so many in use, as a power of two

    /** The bytes of an array. */
    static final int CHUNK = 1 << SHIFT;

    private byte[] @Nullable [] chunks =
            new byte[16] @Nullable []; // by their numbers modulo the length; null where there is none
    private final Deque<byte[]> spare = new ArrayDeque<>(); // that were given up, to be written again
    private long head; // all before it is given up
    private long tail; // where the next byte goes

    /** The array in which a byte stands that was written. */
    byte[] chunk(long at) {
        byte[] chunk = chunks[number(at)];
        if (chunk == null) {
            throw new IllegalStateException("nothing is kept at " + at);
        }
        return chunk;
    }

    /** Where in its array. */
    static int in(long at) {
        return (int) at & CHUNK - 1;
    }

    byte octet(long at) {
        return chunk(at)[in(at)];
    }

    /** Makes so many bytes next, in one piece, and tells where; of an array that has no room for them the rest is left out. */
    long add(int piece) {
        if (CHUNK - in(tail) < piece) {
            tail = nextChunk(tail);
        }
        ensure(tail);
        long at = tail;
        tail += piece;
        return at;
    }

    void add(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            ensure(tail);
            int piece = Math.min(to - at, CHUNK - in(tail));
            System.arraycopy(bytes, at, chunk(tail), in(tail), piece);
            tail += piece;
            at += piece;
        }
    }

    /** From its reader index on; it stays with the caller. */
    void add(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int to = bytes.writerIndex();
        while (at < to) {
            ensure(tail);
            int piece = Math.min(to - at, CHUNK - in(tail));
            bytes.getBytes(at, chunk(tail), in(tail), piece);
            tail += piece;
            at += piece;
        }
    }

    /** A copy of so many bytes from there on. */
    byte[] copy(long from, int length) {
        byte[] bytes = new byte[length];
        long at = from;
        int done = 0;
        while (done < length) {
            int piece = Math.min(length - done, CHUNK - in(at));
            System.arraycopy(chunk(at), in(at), bytes, done, piece);
            at += piece;
            done += piece;
        }
        return bytes;
    }

    /** Gives up what stands before that position; at the tail, all. */
    void dropTo(long position) {
        while (head >>> SHIFT < position >>> SHIFT) {
            byte[] left = chunks[number(head)];
            chunks[number(head)] = null;
            head = nextChunk(head);
            if (left != null) {
                spare.push(left);
            }
        }
        head = position;
        while (spare.size() > 1 + (used() >>> SPARE_SHIFT)) {
            spare.pop();
        }
    }

    /** Gives up all, and the arrays that it had in reserve. */
    void clear() {
        dropTo(nextChunk(tail));
        tail = head;
        spare.clear();
    }

    /** Arrays, but for the last one. */
    private long used() {
        return (tail >>> SHIFT) - (head >>> SHIFT);
    }

    private int number(long at) {
        return (int) (at >>> SHIFT) & chunks.length - 1;
    }

    private static long nextChunk(long at) {
        return (at >>> SHIFT) + 1 << SHIFT;
    }

    private void ensure(long at) {
        if ((at >>> SHIFT) - (head >>> SHIFT) >= chunks.length) {
            byte[] @Nullable [] more = new byte[2 * chunks.length] @Nullable [];
            for (long old = head >>> SHIFT; old < at >>> SHIFT; old++) {
                more[(int) old & more.length - 1] = chunks[(int) old & chunks.length - 1];
            }
            chunks = more;
        }
        if (chunks[number(at)] == null) {
            byte[] again = spare.poll();
            chunks[number(at)] = again == null ? new byte[CHUNK] : again;
        }
    }
}
