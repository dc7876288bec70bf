package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Headers;
import io.outrigger.proxy.loop.BufferStock;
import io.outrigger.proxy.loop.ReadBuffers;
import org.jspecify.annotations.Nullable;

/** Frees the bytes of one body from their framing, in the buffers that they came in. Confined to one loop. */
public abstract sealed class BodyDecoder permits BodyDecoder.ByLength, BodyDecoder.ByClose, ChunkedDecoder {
    /** What a buffer brought. Immutable. */
    public enum Step {
        MORE,
        END,
        BAD
    }

    private @Nullable ByteBuf rest; // what came behind the end of the body

    public static BodyDecoder chunked() {
        return new ChunkedDecoder();
    }

    public static BodyDecoder length(long bytes) {
        return new ByLength(bytes);
    }

    public static BodyDecoder untilClose() {
        return new ByClose();
    }

    /**
     * Takes what was read. Afterwards the readable bytes of the buffer are content, and nothing else; there may be
     * none. The caller keeps the buffer.
     */
    public abstract Step decode(ByteBuf in);

    /** The same; where there is no memory for what stands behind the end, the buffer is released. */
    public final Step decodeOrRelease(ByteBuf in) {
        try {
            return decode(in);
        } catch (OutOfMemoryError e) {
            in.release();
            throw e;
        }
    }

    /** Whether the body is complete when the connection ends now. */
    public boolean endsWithConnection() {
        return false;
    }

    /** What is wrong, after BAD. */
    public String problem() {
        return "";
    }

    /** The fields behind the content, after END. */
    public Headers trailers() {
        return Headers.NONE;
    }

    /** The bytes that came behind the end, after END, for the caller to own; null when there are none. */
    public @Nullable ByteBuf takeRest() {
        ByteBuf taken = rest;
        rest = null;
        return taken;
    }

    /** Copies what stands behind the end to a buffer of its own. */
    void keepRest(ByteBuf in, int from, int to) {
        if (from < to) {
            ByteBuf copy = BufferStock.current().takeToHold(in.alloc(), ReadBuffers.ROOM + to - from);
            rest = copy.setIndex(ReadBuffers.ROOM, ReadBuffers.ROOM).writeBytes(in, from, to - from);
        }
    }

    /** Confined to one loop. */
    static final class ByLength extends BodyDecoder {
        private long left;

        ByLength(long left) {
            this.left = left;
        }

        @Override
        public Step decode(ByteBuf in) {
            int readable = in.readableBytes();
            if (readable < left) {
                left -= readable;
                return Step.MORE;
            }
            int end = in.readerIndex() + (int) left;
            keepRest(in, end, in.writerIndex());
            in.writerIndex(end);
            left = 0;
            return Step.END;
        }

        @Override
        public boolean endsWithConnection() {
            return left == 0;
        }
    }

    /** Confined to one loop. */
    static final class ByClose extends BodyDecoder {
        @Override
        public Step decode(ByteBuf in) {
            return Step.MORE;
        }

        @Override
        public boolean endsWithConnection() {
            return true;
        }
    }
}
