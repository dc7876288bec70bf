package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.outrigger.proxy.loop.BufferStock;
import io.outrigger.proxy.loop.ReadBuffers;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a connection has read until it is a whole head. Looks at it again only when another line may have come,
 * so that a head in drops costs no more than a head in one piece. Confined to one loop.
 */
public final class HeadBuffer {
    private static final int LOOK_AGAIN_BYTES = 1024; // without a line end, for limits that are about length
    private static final int FIRST_LOOK_BYTES =
            2048; // heads are rarely longer, and behind one there may be a large body

    private @Nullable ByteBuf bytes; // null while there are none
    private int looked; // bytes of an incomplete head that were looked at

    public boolean isEmpty() {
        return bytes == null;
    }

    public int size() {
        return bytes == null ? 0 : bytes.readableBytes();
    }

    /** Takes over a buffer that was read. */
    public void add(ByteBuf more, ByteBufAllocator allocator) {
        ByteBuf first = bytes;
        if (first == null) {
            bytes = more;
            return;
        }
        if (first.writableBytes() < more.readableBytes()) {
            first = larger(first, more, allocator);
        }
        first.writeBytes(more);
        more.release();
        bytes = first;
    }

    /** What was gathered, in a buffer with room for more of it; releases all when there is no memory left. */
    private ByteBuf larger(ByteBuf first, ByteBuf more, ByteBufAllocator allocator) {
        int size = ReadBuffers.ROOM + 2 * (first.readableBytes() + more.readableBytes());
        try {
            ByteBuf larger = BufferStock.current().takeToHold(allocator, size);
            larger.setIndex(ReadBuffers.ROOM, ReadBuffers.ROOM).writeBytes(first);
            first.release();
            return larger;
        } catch (OutOfMemoryError e) {
            more.release();
            release();
            throw e;
        }
    }

    /** Drops empty lines in front of a request (RFC 9112 §2.2); tells whether the beginning of one is there. */
    boolean skipEmptyLines() {
        ByteBuf all = bytes;
        while (all != null && all.readableBytes() >= 2 && all.getShort(all.readerIndex()) == 0x0d0a) {
            all.skipBytes(2);
        }
        if (all != null && !all.isReadable()) {
            release();
        }
        return bytes != null && (bytes.readableBytes() > 1 || bytes.getByte(bytes.readerIndex()) != '\r');
    }

    /**
     * Copies what is there to the workbench's scratch array, {@code most} bytes at most; the first time only the
     * beginning of it.
     *
     * @return the number of bytes to scan; -1 when nothing has changed that matters
     */
    int look(Workbench bench, int most) {
        ByteBuf all = bytes;
        if (all == null || looked > 0 && !worthLooking(all)) {
            return -1;
        }
        looked = Math.min(all.readableBytes(), looked == 0 ? Math.min(FIRST_LOOK_BYTES, most) : most);
        all.getBytes(all.readerIndex(), bench.scratch(looked), 0, looked);
        return looked;
    }

    /** Whether there is more than was looked at, of the {@code most} bytes that a head may have. */
    boolean moreToLookAt(int most) {
        return bytes != null && looked < Math.min(bytes.readableBytes(), most);
    }

    /** A head of that many bytes was read. */
    void skip(int headBytes) {
        looked = 0;
        if (bytes != null) {
            bytes.skipBytes(headBytes);
            if (!bytes.isReadable()) {
                release();
            }
        }
    }

    /** What is left, for the caller to own, with free room in front of it; null when nothing is. */
    public @Nullable ByteBuf take() {
        ByteBuf rest = bytes;
        bytes = null;
        looked = 0;
        return rest;
    }

    public void release() {
        looked = 0;
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }

    private boolean worthLooking(ByteBuf all) {
        int from = all.readerIndex() + looked;
        return all.readableBytes() - looked >= LOOK_AGAIN_BYTES
                || all.indexOf(from, all.writerIndex(), (byte) '\n') >= 0;
    }
}
