package io.outrigger.exchange;

import io.netty.buffer.ByteBuf;

/**
 * The content of a message: chunks without their framing, then an end. Read at most once, pushed as it arrives, and
 * slowed down by its reader. Confined to one loop.
 *
 * <p>The bytes of a chunk's buffer before its reader index and behind its writer index are free: whoever holds the
 * chunk may write framing there. Whoever shares a chunk shares it as a slice, which has no such room.
 */
public interface Body {
    /** No content at all; for a request or response that has no body. */
    Body EMPTY = new HeldBody(null);

    /** One chunk that is at hand. The body owns the buffer. */
    static Body of(ByteBuf content) {
        if (content.isReadable()) {
            return new HeldBody(content);
        }
        content.release();
        return EMPTY;
    }

    /** The number of bytes in all; -1 when only the end will tell. */
    long length();

    /** Begins to push to a reader, which may be called before this returns. At most once. */
    void pushTo(Sink sink);

    /** Goes on after the reader has asked for a stop. Does nothing otherwise. */
    void resume();

    /**
     * The rest is of no interest, or all of it: nothing is pushed any more, and what is held is released. Does nothing
     * when it is over.
     */
    void discard(Failure why);

    /** Who reads a body. Confined to one loop. */
    interface Sink {
        /**
         * The next bytes, at least one. The sink owns the buffer from now on.
         *
         * @return false when nothing more shall come until {@link Body#resume}
         */
        boolean chunk(ByteBuf bytes);

        /** The body is complete; nothing follows. */
        void end(Headers trailers);

        /** The body breaks off; nothing follows. */
        void fail(Failure why);
    }
}
