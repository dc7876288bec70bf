package io.outrigger.proxy.trace;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer for one message after the other, each as large as a batch. To get and to clear 64 KiB for each took
 * 30 % of the time of the sending thread: a few times a second is too rare for that code to be compiled soon.
 * Confined to one loop.
 */
final class MessageBuffer {
    private static final int LEAST = 16 * 1024;
    private static final int MOST = 256 * 1024; // what is larger is not kept

    private @Nullable ByteBuf kept; // null when there is none

    /** An empty one with room for that many bytes, to be released: that of before, when nobody holds it any more. */
    ByteBuf take(int bytes) {
        ByteBuf buffer = kept;
        if (buffer != null && buffer.refCnt() == 1 && buffer.capacity() >= bytes) {
            return buffer.clear().retain();
        }
        if (bytes > MOST) {
            return Unpooled.directBuffer(bytes);
        }
        release();
        ByteBuf larger = Unpooled.directBuffer(roomFor(bytes));
        kept = larger;
        return larger.retain();
    }

    /** The next power of two, as no two batches have the same length. */
    private static int roomFor(int bytes) {
        return bytes <= LEAST ? LEAST : Integer.highestOneBit(bytes - 1) << 1;
    }

    /** Keeps none; whoever holds one may go on. */
    void release() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }
}
