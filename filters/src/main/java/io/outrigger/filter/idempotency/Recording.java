package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response on its way to its client, copied so that it can be kept. It is read to its end whatever the
 * client does: one that pauses gets the rest from the copy, one that leaves is not missed. Confined to one loop.
 *
 * <p>Once there is more than may be kept, the copy is given up, and the body is read as its client reads it; without a
 * client, no further.
 */
final class Recording implements Body, Body.Sink {
    private static final Failure UNREAD = Failure.of(Failure.Kind.CLIENT_GONE, "nobody reads the rest of the response");
    private static final int PIECE = 16 * 1024; // bytes of the copy at a time, for a client that has paused

    /** Who keeps what is recorded. Confined to one loop. */
    interface Keeper {
        /** All of it is there. The buffer stays with the recording. */
        void recorded(ByteBuf content, Headers trailers);

        /** It is more than may be kept. */
        void tooMuch();

        /** The client has got all of it, or does not want the rest. */
        void delivered();
    }

    private final Body source;
    private final long cap; // bytes
    private final BufferBudget budget;
    private final Keeper keeper;
    private ByteBuf copy = Unpooled.EMPTY_BUFFER; // outside the heap; its reader index is where the client is
    private long charged; // bytes of the budget; the capacity of the copy
    private boolean recorded; // all of it is kept, because it came in one piece
    private boolean released; // the copy, and its part of the budget
    private @Nullable Sink client; // null until it reads, and when it is done or gone
    private boolean begun; // whether the source is being read
    private boolean alone; // whether the client has gone
    private boolean wants; // whether the client takes more
    private boolean pushing; // in a call to the client, whose result says whether it takes more
    private boolean lost; // whether there was more than may be kept
    private boolean over; // the source has ended or broken off
    private @Nullable Headers trailers; // null unless the source has ended

    /** @param charged what has been taken of the budget for it already, which it gives back */
    Recording(Body source, long cap, BufferBudget budget, long charged, Keeper keeper) {
        this.source = source;
        this.cap = cap;
        this.budget = budget;
        this.charged = charged;
        this.keeper = keeper;
    }

    // ---- for the client

    @Override
    public long length() {
        return source.length();
    }

    @Override
    public void pushTo(Sink reader) {
        client = reader;
        wants = true;
        begin();
    }

    @Override
    public void resume() {
        if (client != null) {
            wants = true;
            goOn();
        }
    }

    /** The client wants no more; the recording does. */
    @Override
    public void discard(Failure why) {
        leave();
        keeper.delivered();
    }

    /** The client has gone. */
    void leave() {
        alone = true;
        client = null;
        if (over) {
            release();
        } else if (lost) {
            stop();
        } else {
            begin();
        }
    }

    /** Nobody reads or keeps the rest any more, and what it comes from is over. */
    void drop() {
        if (!over) {
            over = true;
            client = null;
            release();
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            source.pushTo(this);
        }
    }

    private void stop() {
        drop();
        source.discard(UNREAD);
    }

    // ---- from the source

    @Override
    public boolean chunk(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return true; // what is discarded is not paused
        }
        if (lost) {
            return passOn(bytes);
        }
        boolean behind = copy.isReadable();
        if (bytes.readableBytes() == source.length() && source.length() <= cap && wants && !pushing && client != null) {
            recorded = true;
            try {
                keeper.recorded(bytes, Headers.NONE); // a body that says its length has no trailers
            } finally {
                passOn(bytes);
            }
            return true;
        }
        if (!tryRecord(bytes)) {
            return lose(bytes, behind);
        }
        if (behind || !wants || pushing || client == null) {
            bytes.release(); // it is in the copy
        } else {
            copy.skipBytes(bytes.readableBytes());
            passOn(bytes);
        }
        return true;
    }

    /** There is too much. A client that is behind gets what has come, and then the rest at its own pace. */
    private boolean lose(ByteBuf bytes, boolean behind) {
        lost = true;
        keeper.tooMuch();
        if (over) { // the keeper has failed it all
            bytes.release();
            return true;
        }
        if (alone) {
            bytes.release();
            stop();
            return true;
        }
        if (behind || !wants || pushing) {
            hold(bytes);
            return false;
        }
        release();
        return passOn(bytes);
    }

    private void hold(ByteBuf bytes) {
        if (copy.capacity() == 0) {
            copy = bytes;
        } else {
            copy.writeBytes(bytes);
            bytes.release();
        }
    }

    private boolean passOn(ByteBuf bytes) {
        Sink reader = client;
        if (reader == null) {
            bytes.release();
            return true;
        }
        pushing = true;
        wants = reader.chunk(bytes);
        pushing = false;
        return wants;
    }

    private void goOn() {
        if (pushing || released) {
            if (lost && !pushing && !over) {
                source.resume();
            }
            return;
        }
        while (wants && client != null && copy.isReadable()) {
            passOn(copy.readBytes(Math.min(copy.readableBytes(), PIECE)));
        }
        if (copy.isReadable() || client == null) {
            return;
        }
        if (trailers != null) {
            finish(trailers);
        } else if (lost && wants && !over) {
            release();
            source.resume();
        }
    }

    @Override
    public void end(Headers last) {
        if (over) {
            return;
        }
        over = true;
        trailers = last;
        if (!lost && !recorded) {
            keeper.recorded(copy.slice(0, copy.writerIndex()), last);
        }
        if (client == null) {
            release();
        } else if (released || !copy.isReadable()) {
            finish(last);
        }
    }

    private void finish(Headers last) {
        Sink reader = client;
        client = null;
        release();
        if (reader != null) {
            reader.end(last);
            keeper.delivered();
        }
    }

    @Override
    public void fail(Failure why) {
        if (over) {
            return;
        }
        over = true;
        Sink reader = client;
        client = null;
        release();
        if (reader != null) {
            reader.fail(why);
        }
    }

    // ---- the copy

    private boolean tryRecord(ByteBuf bytes) {
        long needed = copy.writerIndex() + (long) bytes.readableBytes();
        if (needed > cap || needed > charged && !tryCharge(needed)) {
            return false;
        }
        try {
            if (copy.capacity() == 0) {
                copy = bytes.alloc().directBuffer((int) charged);
            } else if (copy.capacity() < charged) {
                copy.capacity((int) charged);
            }
        } catch (OutOfMemoryError e) {
            return false; // the client gets it all the same
        }
        copy.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        return true;
    }

    private boolean tryCharge(long needed) {
        long wanted = Math.clamp(Math.max(source.length(), 2 * charged), needed, cap);
        if (!budget.tryTake(wanted - charged)) {
            return false;
        }
        charged = wanted;
        return true;
    }

    private void release() {
        if (!released) {
            released = true;
            copy.release();
            budget.giveBack(charged);
        }
    }
}
