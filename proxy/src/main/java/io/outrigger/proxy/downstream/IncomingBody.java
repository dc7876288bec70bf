package io.outrigger.proxy.downstream;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.proxy.http1.BodyDecoder;
import io.outrigger.proxy.http1.HeadBuffer;
import io.outrigger.proxy.http1.RequestHead;
import io.outrigger.proxy.loop.HeldBuffers;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, or the client's bytes of a tunnel, as they come in. Nothing is read from the client while
 * nobody wants it. Confined to one loop.
 */
final class IncomingBody implements Body {
    private final ServerConnection connection;
    private final BodyDecoder decoder;
    private final long length;
    private final HeldBuffers held = new HeldBuffers(); // read, but not wanted yet
    private @Nullable Sink sink; // null until somebody reads
    private boolean paused;
    private boolean discarded;
    private boolean broken; // what came makes no sense
    private boolean over; // the last byte was decoded, or will never be
    private boolean ended; // the client has ended its side of a tunnel, but not all that it said has been read

    /** Takes over what came together with the head; null when nothing did. */
    IncomingBody(ServerConnection connection, BodyDecoder decoder, long length, @Nullable ByteBuf first) {
        this.connection = connection;
        this.decoder = decoder;
        this.length = length;
        if (first != null) {
            held.add(first);
        }
    }

    /** The body of a request, with what came of it together with the head; null when there is none. */
    static @Nullable IncomingBody of(RequestHead head, HeadBuffer inbox, ServerConnection connection) {
        if (!head.hasBody()) {
            return null;
        }
        BodyDecoder decoder = head.chunked() ? BodyDecoder.chunked() : BodyDecoder.length(head.contentLength());
        return new IncomingBody(connection, decoder, head.contentLength(), inbox.take());
    }

    @Override
    public long length() {
        return length;
    }

    /** Whether nothing more of it will come. */
    boolean over() {
        return over;
    }

    /** Whether all of it has come, so that what follows is another request. */
    boolean complete() {
        return over && !broken;
    }

    /** Whether somebody waits for the client. */
    boolean awaitsClient() {
        return sink != null && !paused && !over && !discarded;
    }

    /** Nobody has begun to read and nobody will: drops what is there. */
    void discardUnlessRead(Failure why) {
        if (sink == null) {
            discard(why);
        }
    }

    /** Whether nobody has begun to read. */
    boolean unread() {
        return sink == null && !discarded;
    }

    /** The client has sent more. Takes over the buffer. */
    void feed(ByteBuf bytes) {
        if (discarded || sink != null && !paused && held.isEmpty()) {
            push(bytes);
            return;
        }
        held.add(bytes);
        connection.reading(false);
    }

    /** The client has ended its side; only for tunnels. What it said may still have to be read. */
    void endOfInput() {
        ended = true;
        if (!over && held.isEmpty()) {
            over = true;
            if (sink != null && !discarded) {
                sink.end(Headers.NONE);
            }
        }
    }

    /** The client cannot go on. */
    void fail(Failure why) {
        if (over) {
            return;
        }
        over = true;
        broken = true;
        held.release();
        if (sink != null && !discarded) {
            sink.fail(why);
        }
    }

    @Override
    public void pushTo(Sink reader) {
        assert sink == null : "read twice";
        sink = reader;
        pushHeld();
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            pushHeld();
        }
    }

    @Override
    public void discard(Failure why) {
        if (discarded) {
            return;
        }
        discarded = true;
        while (!over && !held.isEmpty()) {
            push(held.remove());
        }
        connection.reading(true);
    }

    private void pushHeld() {
        while (!paused && !held.isEmpty()) {
            push(held.remove());
        }
        if (paused) {
            return;
        }
        if (ended) {
            endOfInput();
        } else {
            connection.reading(true);
        }
    }

    private void push(ByteBuf bytes) {
        BodyDecoder.Step step = decoder.decodeOrRelease(bytes);
        over = step != BodyDecoder.Step.MORE;
        broken |= step == BodyDecoder.Step.BAD;
        if (step == BodyDecoder.Step.END) {
            handBackOrRelease(bytes); // before the reader has the last piece: it may answer, and the next one is read
        }
        Sink reader = discarded ? null : sink;
        if (reader == null || !bytes.isReadable()) {
            bytes.release();
        } else if (!reader.chunk(bytes)) {
            paused = true;
        }
        switch (step) {
            case MORE -> {
                if (paused && !over && !discarded) { // the reader may have failed it, or want no more
                    connection.reading(false);
                }
            }
            case END -> {
                if (reader != null && !discarded) {
                    reader.end(decoder.trailers());
                }
            }
            case BAD -> {
                held.release();
                if (reader != null && !discarded) {
                    reader.fail(Failure.of(Failure.Kind.BAD_BODY, decoder.problem()));
                }
            }
        }
    }

    private void handBackOrRelease(ByteBuf bytes) {
        try {
            handBack(decoder.takeRest());
        } catch (OutOfMemoryError e) {
            bytes.release();
            throw e;
        }
    }

    /** What came behind the end belongs to the next request, in the order in which it came. */
    private void handBack(@Nullable ByteBuf rest) {
        if (rest != null) {
            connection.unread(rest);
        }
        while (!held.isEmpty()) {
            connection.unread(held.remove());
        }
    }
}
