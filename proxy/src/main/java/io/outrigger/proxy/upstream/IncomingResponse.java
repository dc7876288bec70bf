package io.outrigger.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Tunnel;
import io.outrigger.proxy.http1.BodyDecoder;
import io.outrigger.proxy.http1.ResponseHead;
import org.jspecify.annotations.Nullable;

/** The response of a call, from its head on: its content as it comes in, read no faster than it is wanted. Confined to one loop. */
final class IncomingResponse implements Tunnel {
    private static final HeaderName UPGRADE = HeaderName.of("upgrade");
    private static final int DRAIN_BYTES = 64 * 1024; // of an unwanted response, to save its connection

    private final ClientConnection connection;
    private final Call call;
    private final long length; // in bytes; -1 when it is not known
    private final boolean persistent; // whether the connection may be used again
    private final @Nullable BodyDecoder decoder; // null when there is no content
    private final boolean tunnel;
    private @Nullable Sink sink; // null until somebody reads
    private boolean paused;
    private int drained = -1; // bytes thrown away since it was discarded; -1 while it is wanted
    private boolean ended; // nothing more will come, but not all that came has been read
    private boolean gone; // the connection, and not only the endpoint's side of it
    private boolean brokenOff; // it was not ended in an orderly way
    private boolean over;
    private @Nullable Failure failure; // why it broke off; null while it did not

    IncomingResponse(ClientConnection connection, Call call, ResponseHead head) {
        this.connection = connection;
        this.call = call;
        this.length = head.contentLength();
        this.persistent = head.persistent();
        this.tunnel = head.status() == 101;
        this.decoder =
                tunnel ? BodyDecoder.untilClose() : decoder(head, call.request().method());
    }

    private static @Nullable BodyDecoder decoder(ResponseHead head, String method) {
        if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
            return null; // RFC 9112 §6.3
        }
        if (head.chunked()) {
            return BodyDecoder.chunked();
        }
        if (head.contentLength() < 0) {
            return BodyDecoder.untilClose();
        }
        return head.contentLength() == 0 ? null : BodyDecoder.length(head.contentLength());
    }

    boolean isTunnel() {
        return tunnel;
    }

    /** Answers the reply; takes over what came behind the head. */
    void begin(ResponseHead head, @Nullable ByteBuf rest) {
        int status = head.status(); // another head may be read in its place before this ends
        Headers headers = head.headers();
        if (tunnel) {
            connection.tunnel();
            headers = headers.plus(UPGRADE, String.valueOf(head.upgrade()));
        }
        if (decoder == null) {
            over = true;
            if (rest != null) {
                rest.release(); // bytes that belong to nothing
            }
            connection.responseEnded(persistent && rest == null);
            call.reply().answer(new Response(status, headers, EMPTY));
            call.complete();
            return;
        }
        if (rest != null) {
            connection.held.add(rest);
        }
        call.reply().answer(new Response(status, headers, this));
        if (sink == null && drained < 0 && !over) {
            connection.reading(false);
        }
    }

    /** More has come. Takes over the buffer. */
    void feed(ByteBuf bytes) {
        if (over) {
            bytes.release();
        } else if (drained >= 0 || sink != null && !paused && connection.held.isEmpty()) {
            push(bytes);
        } else {
            connection.held.add(bytes);
            connection.reading(false);
        }
    }

    boolean paused() {
        return paused;
    }

    // ---- for the reader

    @Override
    public long length() {
        return length;
    }

    @Override
    public void pushTo(Sink reader) {
        assert sink == null : "read twice";
        sink = reader;
        if (failure != null) {
            reader.fail(failure);
            return;
        }
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
        if (over || drained >= 0) {
            return;
        }
        drained = 0;
        call.complete();
        while (!connection.held.isEmpty() && !over) {
            push(connection.held.remove());
        }
        if (ended && !over) {
            endWithConnection();
        } else if (!over) {
            connection.reading(true);
        }
    }

    @Override
    public void send(Body client) {
        connection.send(client);
    }

    // ---- from the connection

    /** The call was failed from elsewhere. */
    void fail(Failure why) {
        if (!over) {
            over = true;
            failure = why;
            connection.held.release();
            if (sink != null && drained < 0) {
                sink.fail(why);
            }
        }
    }

    /** The endpoint has ended its side; only in tunnels. What it said may still have to be read. */
    void endOfInput() {
        ended = true;
        if (!over && connection.held.isEmpty()) {
            endWithConnection();
        }
    }

    /** The connection is gone. What it brought may still have to be read. */
    void endOfConnection(boolean broken) {
        if (over) {
            if (tunnel) {
                call.complete();
            }
            return;
        }
        ended = true;
        gone = true;
        brokenOff = broken || decoder == null;
        if (connection.held.isEmpty()) {
            endWithConnection();
        }
    }

    private void endWithConnection() {
        if (brokenOff || decoder == null || !decoder.endsWithConnection()) {
            cut("the connection to " + call.endpoint().name() + " ended in the middle of the response");
            return;
        }
        over = true;
        if (sink != null && drained < 0) {
            sink.end(Headers.NONE);
        }
        if (gone) {
            call.complete();
        } else {
            connection.tunnelSideEnded();
        }
    }

    private void pushHeld() {
        while (!paused && !over && !connection.held.isEmpty()) {
            push(connection.held.remove());
        }
        if (paused || over) {
            return;
        }
        if (ended) {
            endWithConnection();
        } else {
            connection.reading(true);
        }
    }

    private void push(ByteBuf bytes) {
        if (decoder == null || over) {
            bytes.release();
            return;
        }
        BodyDecoder.Step step = decoder.decodeOrRelease(bytes);
        Sink reader = drained >= 0 ? null : sink;
        if (step == BodyDecoder.Step.END) {
            end(bytes, reader);
            return;
        }
        if (reader == null) {
            drained += bytes.readableBytes();
            bytes.release();
        } else if (!bytes.isReadable()) {
            bytes.release();
        } else if (!reader.chunk(bytes)) {
            paused = true;
        }
        if (over) {
            return;
        }
        if (step == BodyDecoder.Step.BAD) {
            cut(call.endpoint().name() + ": " + decoder.problem());
        } else if (drained > DRAIN_BYTES) {
            over = true;
            connection.held.release();
            connection.responseEnded(false);
        } else if (paused && drained < 0) { // what is thrown away is read whatever its reader could take
            connection.reading(false);
        }
    }

    /** The last piece: the connection is free before the reader learns of the end, so that the next request finds it. */
    private void end(ByteBuf last, @Nullable Sink reader) {
        over = true;
        BodyDecoder done = decoder;
        ByteBuf rest = done == null ? null : done.takeRest();
        boolean clean = rest == null && connection.held.isEmpty();
        if (rest != null) {
            rest.release();
        }
        connection.held.release();
        connection.responseEnded(persistent && clean);
        if (reader == null || !last.isReadable()) {
            last.release();
        } else {
            reader.chunk(last);
        }
        if (reader != null && done != null) {
            reader.end(done.trailers());
        }
        call.complete();
    }

    private void cut(String detail) {
        Failure why = Failure.of(Kind.RESPONSE_CUT, detail);
        connection.broke(call, why);
        fail(why); // when nobody wanted it any more, the call has not told it
    }
}
