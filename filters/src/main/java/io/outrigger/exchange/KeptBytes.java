package io.outrigger.exchange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a body that may be needed again, as pieces of one row. Confined to one loop.
 *
 * <p>A chunk that fills at least half of the buffer it came in is kept as a slice of it. Smaller ones are copied
 * together: a body of many small chunks would otherwise pin many times its size. The budget is charged with what is
 * pinned, not with what is used of it.
 */
final class KeptBytes {
    private static final int TOGETHER = 4096; // bytes of a buffer that small chunks are copied to

    private final BufferBudget budget;
    private final long expected; // the length of the body; -1 when unknown
    private @Nullable Piece first;
    private @Nullable Piece last;

    KeptBytes(BufferBudget budget, long expected) {
        this.budget = budget;
        this.expected = expected;
    }

    /** Keeps the bytes of a chunk, which stays with the caller, unless the budget or the memory has no room for them. */
    boolean tryKeep(ByteBuf chunk, long from) {
        if (last != null && last.takes(chunk)) {
            last.append(chunk);
            return true;
        }
        int pinned = pinned(chunk);
        boolean copy = chunk.readableBytes() < pinned - pinned / 2;
        int cost = copy ? roomFor(chunk.readableBytes(), from) : pinned;
        if (!budget.tryTake(cost)) {
            return false;
        }
        try {
            add(copy ? copy(chunk, cost) : chunk.retainedSlice(), from, cost);
        } catch (OutOfMemoryError e) {
            budget.giveBack(cost);
            return false;
        }
        return true;
    }

    /**
     * Keeps a chunk, which it takes over, whatever the budget says: somebody has to hold it.
     *
     * @return whether the budget had room for it
     */
    boolean keep(ByteBuf chunk, long from) {
        if (tryKeep(chunk, from)) {
            chunk.release();
            return true;
        }
        add(chunk, from, 0);
        return false;
    }

    /** What is kept from there on, up to the end of a piece, as a slice that the caller owns. */
    ByteBuf from(long position) {
        Piece piece = first;
        while (piece != null && piece.end() <= position) {
            piece = piece.next;
        }
        if (piece == null || piece.from > position) {
            throw new IllegalStateException("kept bytes: nothing at " + position);
        }
        int skip = (int) (position - piece.from);
        ByteBuf bytes = piece.bytes;
        return bytes.retainedSlice(bytes.readerIndex() + skip, bytes.readableBytes() - skip);
    }

    /** Lets go of the pieces that end at that position or before. */
    void dropTo(long position) {
        while (first != null && first.end() <= position) {
            first.bytes.release();
            budget.giveBack(first.charged);
            first = first.next;
        }
        if (first == null) {
            last = null;
        }
    }

    private void add(ByteBuf bytes, long from, int charged) {
        Piece piece = new Piece(bytes, from, charged);
        if (last == null) {
            first = piece;
        } else {
            last.next = piece;
        }
        last = piece;
    }

    /** Of the copy of so many bytes, and of those that are likely to follow. */
    private int roomFor(int bytes, long from) {
        long following = expected < 0 ? TOGETHER : expected - from;
        return (int) Math.max(bytes, Math.min(following, TOGETHER));
    }

    private static ByteBuf copy(ByteBuf chunk, int room) {
        return chunk.alloc().buffer(room, room).writeBytes(chunk, chunk.readerIndex(), chunk.readableBytes());
    }

    /** The size of the buffer that a chunk is a part of. */
    static int pinned(ByteBuf chunk) {
        ByteBuf whole = chunk;
        for (ByteBuf under = whole.unwrap(); under != null; under = under.unwrap()) {
            whole = under;
        }
        return whole.capacity();
    }

    /** Some of the bytes, in one buffer. Confined to one loop. */
    private static final class Piece {
        private final ByteBuf bytes;
        private final long from; // where in the body it begins
        private final int charged;
        private @Nullable Piece next;

        Piece(ByteBuf bytes, long from, int charged) {
            this.bytes = bytes;
            this.from = from;
            this.charged = charged;
        }

        long end() {
            return from + bytes.readableBytes();
        }

        /** Whether it is a copy with room for that chunk. A slice has none; a chunk that was kept as it is has not been charged. */
        boolean takes(ByteBuf chunk) {
            return charged != 0 && bytes.writableBytes() >= chunk.readableBytes();
        }

        void append(ByteBuf chunk) {
            bytes.writeBytes(chunk, chunk.readerIndex(), chunk.readableBytes());
        }
    }
}
