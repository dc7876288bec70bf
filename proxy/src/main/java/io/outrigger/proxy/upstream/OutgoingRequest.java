package io.outrigger.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.proxy.http1.HeadWriter;
import io.outrigger.proxy.http1.Workbench;
import io.outrigger.proxy.loop.Handover;
import io.outrigger.proxy.loop.Wire;

/** Writes a call's request: the head together with the first bytes of the body, the rest with demand. Confined to one loop. */
final class OutgoingRequest implements Body.Sink {
    private final ClientConnection connection;
    private final Wire wire;
    private final Call call;
    private final HeadWriter heads = Workbench.current().heads();
    private Body body;
    private boolean chunked;
    private boolean paused; // the endpoint does not read as fast as the client sends
    private boolean raw; // in a tunnel
    private boolean over;

    OutgoingRequest(ClientConnection connection, Wire wire, Call call) {
        this.connection = connection;
        this.wire = wire;
        this.call = call;
        this.body = call.request().body();
    }

    void start(Handover handover) {
        try {
            write(handover);
        } catch (RuntimeException | OutOfMemoryError e) {
            heads.clear();
            wire.close(e); // and its end fails the call, which would wait until its time is up
        }
    }

    private void write(Handover handover) {
        Request request = call.request();
        chunked = body.length() < 0;
        handover.await(call.attempt());
        heads.request(call.exchange(), request, call.endpoint().authority(), chunked, handover);
        body.pushTo(this);
        heads.write(wire.context());
    }

    /** Sends the client's bytes in a tunnel. */
    void tunnel(Body client) {
        raw = true;
        over = false;
        chunked = false;
        body = client;
        client.pushTo(this);
    }

    /** Whether all of it has been written. */
    boolean over() {
        return over;
    }

    /** Whether it is not the endpoint who is waited for: the client is, or somebody who holds back what came. */
    boolean awaitsOthers() {
        return !over && !paused && !raw || call.attempt().heldBack();
    }

    /** Whether the endpoint does not take what there is. */
    boolean paused() {
        return paused;
    }

    void writable() {
        if (paused) {
            paused = false;
            body.resume();
        }
    }

    @Override
    public boolean chunk(ByteBuf bytes) {
        if (over || !bytes.isReadable()) {
            bytes.release();
            return true;
        }
        connection.moved(call.exchange().nanoTime());
        heads.write(wire.context(), bytes, chunked);
        paused = !wire.writable();
        return !paused;
    }

    @Override
    public void end(Headers trailers) {
        if (over) {
            return;
        }
        over = true;
        if (raw) {
            wire.endOutput(connection::tunnelSideEnded); // and not before the last bytes are on their way
            return;
        }
        if (chunked) {
            heads.lastChunk(trailers);
        }
        heads.write(wire.context());
        long now = call.exchange().nanoTime();
        call.attempt().sent(now);
        connection.moved(now);
    }

    @Override
    public void fail(Failure why) {
        if (!over) {
            over = true;
            heads.clear();
            connection.broke(call, why);
        }
    }
}
