package io.outrigger.exchange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A body that is at hand from the beginning. Confined to one loop. */
final class HeldBody implements Body {
    private final int length;
    private @Nullable ByteBuf content; // null when empty, pushed or discarded
    private @Nullable Sink waiting; // the sink that asked for a stop before the end
    private boolean discarded; // never set where there is no content: that body is everybody's

    HeldBody(@Nullable ByteBuf content) {
        this.content = content;
        this.length = content == null ? 0 : content.readableBytes();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void pushTo(Sink sink) {
        ByteBuf bytes = content;
        content = null;
        boolean more = bytes == null || sink.chunk(bytes);
        if (discarded) {
            return; // before, or by the sink when it got the chunk
        }
        if (more) {
            sink.end(Headers.NONE);
        } else {
            waiting = sink;
        }
    }

    @Override
    public void resume() {
        Sink sink = waiting;
        if (sink != null) {
            waiting = null;
            sink.end(Headers.NONE);
        }
    }

    @Override
    public void discard(Failure why) {
        if (length == 0) {
            return;
        }
        discarded = true;
        waiting = null;
        if (content != null) {
            content.release();
            content = null;
        }
    }
}
