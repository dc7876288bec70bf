package io.outrigger.exchange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A body that passes on what another one pushes; whoever extends it says what is different. Confined to one loop. */
public abstract class PassingBody implements Body, Body.Sink {
    private final Body body;
    private @Nullable Sink reader; // null until somebody reads

    /** Passes this one on, and takes it over. */
    protected PassingBody(Body body) {
        this.body = body;
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public void pushTo(Sink sink) {
        reader = sink;
        body.pushTo(this);
    }

    @Override
    public void resume() {
        body.resume();
    }

    @Override
    public void discard(Failure why) {
        body.discard(why);
    }

    @Override
    public boolean chunk(ByteBuf bytes) {
        if (reader == null) {
            bytes.release();
            return false;
        }
        return reader.chunk(bytes);
    }

    @Override
    public void end(Headers trailers) {
        if (reader != null) {
            reader.end(trailers);
        }
    }

    @Override
    public void fail(Failure why) {
        if (reader != null) {
            reader.fail(why);
        }
    }
}
