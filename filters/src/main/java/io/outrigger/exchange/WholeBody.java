package io.outrigger.exchange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body to its end before anybody is given it, as far as a cap and the budget allow, and is that body from then
 * on. Confined to one loop.
 */
public final class WholeBody implements Body {
    private static final Failure REFUSED = Failure.of(Failure.Kind.CLIENT_GONE, "the body cannot be held whole");
    private static final int ROOM = 1024; // in front of a copy, for the head that it is sent behind

    /** Who waits for it; told how it ended once, but for memory that is found missing afterwards. Confined to one loop. */
    public interface Listener {
        /** The next bytes, which stay with the caller and are not to be moved in. */
        void coming(ByteBuf bytes);

        /** All of it is there. */
        void whole();

        /** It is longer than the cap; what was kept has been released, and the rest is discarded. */
        void tooLong();

        /**
         * The budget, or the memory of the process, has no room for it; likewise. Where nobody has read it by the end of
         * {@link #whole}, maybe after that.
         */
        void noRoom();

        /** The source broke off. */
        void broken(Failure why);
    }

    private final Body source;
    private final long cap; // bytes
    private final BufferBudget budget;
    private final Listener listener;
    private final KeptBytes kept;
    private @Nullable ByteBuf only; // all of the content, where it came in one chunk; null once pushed
    private int onlyCharged; // bytes of the budget
    private long received; // bytes
    private @Nullable Headers trailers; // null until it is whole
    private @Nullable Sink sink; // null until it is read
    private long position; // bytes that the sink has got
    private boolean wants; // whether the sink takes more
    private boolean pushing; // in a call to the sink, whose result says whether it takes more
    private boolean over; // read to the end, discarded, refused or broken

    /** Takes over the source, of which it keeps at most {@code capBytes}. */
    public WholeBody(Body source, long capBytes, BufferBudget budget, Listener listener) {
        this.source = source;
        this.cap = capBytes;
        this.budget = budget;
        this.listener = listener;
        this.kept = new KeptBytes(budget, source.length());
    }

    /** Begins to read; the listener may be told before this returns. */
    public void gather() {
        if (source.length() > cap) {
            giveUp(REFUSED);
            listener.tooLong();
            return;
        }
        source.pushTo(new Source());
    }

    /** That of the source, so that it is framed as it came. */
    @Override
    public long length() {
        return source.length();
    }

    /** To be called once it is whole. */
    @Override
    public void pushTo(Sink reader) {
        if (!over) {
            sink = reader;
            wants = true;
            goOn();
        }
    }

    @Override
    public void resume() {
        if (sink != null && !over) {
            wants = true;
            goOn();
        }
    }

    @Override
    public void discard(Failure why) {
        if (!over) {
            giveUp(why);
        }
    }

    private void giveUp(Failure why) {
        over = true;
        sink = null;
        releaseKept();
        if (trailers == null) {
            source.discard(why);
        }
    }

    private void releaseKept() {
        if (only != null) {
            only.release();
            takeOnly();
        }
        kept.dropTo(received);
    }

    private @Nullable ByteBuf takeOnly() {
        ByteBuf all = only;
        only = null;
        budget.giveBack(onlyCharged);
        onlyCharged = 0;
        return all;
    }

    private void goOn() {
        Sink reader = sink;
        if (pushing || reader == null) {
            return; // the loop below goes on by itself
        }
        pushing = true;
        while (wants && !over && position < received) {
            ByteBuf chunk = next();
            position += chunk.readableBytes();
            boolean more = reader.chunk(chunk);
            kept.dropTo(position);
            wants = more;
        }
        pushing = false;
        Headers last = trailers;
        if (wants && !over && last != null) {
            over = true;
            reader.end(last);
        }
    }

    private ByteBuf next() {
        ByteBuf all = takeOnly();
        return all != null ? all : kept.from(position);
    }

    /** What reads the source. Confined to one loop. */
    private final class Source implements Body.Sink {
        @Override
        public boolean chunk(ByteBuf bytes) {
            int size = bytes.readableBytes();
            if (over) {
                bytes.release();
                return true;
            }
            if (received + size > cap) {
                bytes.release();
                giveUp(REFUSED);
                listener.tooLong();
                return true; // what is discarded is not paused
            }
            listener.coming(bytes);
            if (!(size == length() ? tryTakeOnly(bytes) : tryKeep(bytes))) {
                refuse();
                return true;
            }
            received += size;
            return true;
        }

        private void refuse() {
            giveUp(REFUSED);
            listener.noRoom();
        }

        /** All there is: charged as it will be kept, but not copied as long as it may be read at once. */
        private boolean tryTakeOnly(ByteBuf bytes) {
            int cost = pinsTooMuch(bytes) ? ROOM + bytes.readableBytes() : KeptBytes.pinned(bytes);
            if (!budget.tryTake(cost)) {
                bytes.release();
                return false;
            }
            only = bytes;
            onlyCharged = cost;
            return true;
        }

        /** Whether it is dearer to keep than a copy: it would pin more than twice its size. */
        private static boolean pinsTooMuch(ByteBuf bytes) {
            int pinned = KeptBytes.pinned(bytes);
            return ROOM + bytes.readableBytes() < pinned - pinned / 2;
        }

        /** Nobody has read it when it was whole. */
        private void keepOnly(ByteBuf bytes) {
            if (pinsTooMuch(bytes)) {
                try {
                    only = copy(bytes);
                } catch (OutOfMemoryError e) {
                    refuse();
                }
            }
        }

        private static ByteBuf copy(ByteBuf bytes) {
            int size = bytes.readableBytes();
            ByteBuf copy = bytes.alloc().directBuffer(ROOM + size, ROOM + size);
            copy.setIndex(ROOM, ROOM).writeBytes(bytes);
            bytes.release();
            return copy;
        }

        private boolean tryKeep(ByteBuf bytes) {
            boolean has = kept.tryKeep(bytes, received);
            bytes.release();
            return has;
        }

        @Override
        public void end(Headers last) {
            if (!over) {
                trailers = last;
                listener.whole();
                if (only != null) {
                    keepOnly(only);
                }
            }
        }

        @Override
        public void fail(Failure why) {
            if (!over) {
                over = true;
                releaseKept();
                listener.broken(why);
            }
        }
    }
}
