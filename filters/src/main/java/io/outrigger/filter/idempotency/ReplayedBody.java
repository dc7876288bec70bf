package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import org.jspecify.annotations.Nullable;

/** Content that is at hand, with trailers behind it. Confined to one loop. */
final class ReplayedBody implements Body {
    private final Headers trailers;
    private @Nullable ByteBuf content; // null once pushed or discarded
    private @Nullable Sink waiting; // the sink that asked for a stop before the end
    private boolean discarded;

    private ReplayedBody(ByteBuf content, Headers trailers) {
        this.content = content;
        this.trailers = trailers;
    }

    /** Takes over the content. Without trailers it is a body of a known length. */
    static Body of(ByteBuf content, Headers trailers) {
        return trailers == Headers.NONE ? Body.of(content) : new ReplayedBody(content, trailers);
    }

    /** Unknown, so that it is sent in chunks, which is how trailers are sent (RFC 9112 §7.1.2). */
    @Override
    public long length() {
        return -1;
    }

    @Override
    public void pushTo(Sink sink) {
        ByteBuf bytes = content;
        content = null;
        boolean more = true;
        if (bytes != null && bytes.isReadable()) {
            more = sink.chunk(bytes);
        } else if (bytes != null) {
            bytes.release();
        }
        if (discarded) {
            return; // by the sink, when it got the chunk
        }
        if (more) {
            sink.end(trailers);
        } else {
            waiting = sink;
        }
    }

    @Override
    public void resume() {
        Sink sink = waiting;
        if (sink != null) {
            waiting = null;
            sink.end(trailers);
        }
    }

    @Override
    public void discard(Failure why) {
        discarded = true;
        waiting = null;
        if (content != null) {
            content.release();
            content = null;
        }
    }
}
