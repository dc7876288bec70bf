package io.outrigger.exchange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One attempt's way through a body that is kept for others too. Confined to one loop. */
public final class Reading implements Body {
    private static final Failure ALL_READ = Failure.of(Failure.Kind.CLIENT_GONE, "all of the body was read");

    private final ReplayBody replay;

    @Nullable
    Reading next; // in the list of the replay

    private @Nullable Sink sink; // null until it is read, and when it is over
    private long position; // bytes that the sink has got
    private boolean wants; // whether the sink takes more
    private boolean pushing; // in a call to the sink, whose result says whether it takes more
    private boolean over; // at its end, failed or discarded
    private @Nullable Failure failure; // for a sink that comes too late; null unless it failed

    Reading(ReplayBody replay) {
        this.replay = replay;
    }

    /** What it is a reading of. */
    public ReplayBody replay() {
        return replay;
    }

    long position() {
        return position;
    }

    /** Whether its sink waits for what comes at that position. */
    boolean waitsAt(long at) {
        return wants && !pushing && position == at;
    }

    @Override
    public long length() {
        return replay.length();
    }

    @Override
    public void pushTo(Sink reader) {
        if (over) {
            if (failure != null) {
                reader.fail(failure);
            }
            return;
        }
        sink = reader;
        wants = true;
        replay.begin();
        goOn(); // where others have begun before
        replay.pull();
    }

    @Override
    public void resume() {
        if (sink == null) {
            return;
        }
        wants = true;
        goOn();
        replay.pull();
    }

    @Override
    public void discard(Failure why) {
        if (!over) {
            end();
            replay.over(this, why);
        }
    }

    /** Pushes a chunk as it came, of which the replay has kept what it needs. */
    void take(ByteBuf chunk) {
        position += chunk.readableBytes();
        push(chunk);
        endWhereAllIsRead();
    }

    /** Pushes what is kept and has not been pushed. */
    void goOn() {
        if (pushing) {
            return; // the loop below goes on by itself
        }
        while (wants && replay.holdsMoreThan(position)) {
            ByteBuf chunk = replay.from(position);
            position += chunk.readableBytes();
            replay.passed();
            push(chunk);
        }
        endWhereAllIsRead();
    }

    void fail(Failure why) {
        Sink reader = sink;
        if (!over) {
            end();
            failure = why;
            if (reader != null) {
                reader.fail(why);
            }
        }
    }

    private void push(ByteBuf chunk) {
        Sink reader = sink;
        if (reader == null) {
            chunk.release();
            return;
        }
        pushing = true;
        boolean more = reader.chunk(chunk);
        pushing = false;
        wants = more && !over;
    }

    private void endWhereAllIsRead() {
        Headers trailers = replay.trailers();
        Sink reader = sink;
        if (trailers != null && wants && reader != null && !replay.holdsMoreThan(position)) {
            end();
            replay.over(this, ALL_READ);
            reader.end(trailers);
        }
    }

    void end() {
        over = true;
        wants = false;
        sink = null;
    }
}
