package io.outrigger.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.http1.HeadBuffer;
import io.outrigger.proxy.http1.HeadLimits;
import io.outrigger.proxy.http1.ResponseHead;
import io.outrigger.proxy.http1.ResponseScanner;
import io.outrigger.proxy.http1.Workbench;
import io.outrigger.proxy.loop.Handover;
import io.outrigger.proxy.loop.HeldBuffers;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.Reader;
import io.outrigger.proxy.loop.Wire;
import io.outrigger.proxy.tls.TlsAlert;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an endpoint: carries one call after the other, and is idle between them. Confined to one loop.
 */
final class ClientConnection extends Reader {
    private final LoopPool pool;
    private final Endpoint endpoint;
    private final Tenure tenure;
    private final Stillness stillness;
    private final HeadBuffer inbox = new HeadBuffer(); // read, but not yet a whole head
    final HeldBuffers held = new HeldBuffers(); // read, but not yet wanted of the response, which leaves nothing there

    @SuppressWarnings("NullAway.Init") // set when the handler is added, before anything else happens
    private Wire wire;

    @SuppressWarnings("NullAway.Init") // likewise
    private Handover handover;

    private @Nullable Call call; // null while idle
    private @Nullable OutgoingRequest outgoing; // of the current call
    private @Nullable IncomingResponse incoming; // of the current call, from its head on
    private boolean received; // whether a byte has come for the current call
    private boolean broken; // an error was seen: the end of the connection is not an orderly one
    private boolean inTunnel;
    private int tunnelSidesEnded;

    ClientConnection(LoopPool pool, Endpoint endpoint, NettyLoop loop) {
        super(loop);
        this.pool = pool;
        this.endpoint = endpoint;
        this.tenure = new Tenure(loop.nanoTime());
        this.stillness = new Stillness(loop, this::tooStill);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Tenure tenure() {
        return tenure;
    }

    /** Waits for its next call, and for its end. */
    void rest(long now) {
        tenure.rest(now);
        reading(true);
    }

    boolean usable() {
        return !broken && call == null && wire.context().channel().isActive();
    }

    /** Sends a call's request over this idle connection. */
    void begin(Call next) {
        assert call == null : "busy";
        tenure.serve();
        call = next;
        received = false;
        stillness.begin(next.idleNanos(), next.attempt().startNanos());
        reading(true); // whoever used it before may have left it paused
        next.on(this);
        OutgoingRequest request = new OutgoingRequest(this, wire, next);
        outgoing = request;
        request.start(handover);
    }

    /** The call was failed from above: what is under way on this connection is of no use any more. */
    void abandon(Call failed) {
        if (call == failed) {
            clearCall();
            close();
        }
    }

    void close() {
        if (handover.awaited()) {
            wire.abandon(); // what was written is not sent any more: that is what everyone is told
        } else {
            wire.close();
        }
    }

    void reading(boolean on) {
        if (wire.reading() != on) {
            moved(loop.nanoTime());
            wire.reading(on);
        }
    }

    /** A byte has moved for the current call, at {@code now}. */
    void moved(long now) {
        stillness.moved(now);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        wire = new Wire(context);
        handover = new Handover(context);
        wire.readAtItsPace();
    }

    @Override
    protected void read(ByteBuf bytes) {
        Call current = call;
        if (current == null) {
            bytes.release(); // nobody asked: whatever it is, it must not answer the next request
            broken = true;
            close();
            return;
        }
        if (handover.awaited()) {
            bytes.release();
            broken = true;
            broke(current, current.answeredUnasked(tenure.reused()));
            return;
        }
        received = true;
        IncomingResponse response = incoming;
        if (response != null) {
            moved(loop.nanoTime());
            response.feed(bytes);
            return;
        }
        inbox.add(bytes, wire.context().alloc());
        while (call == current && incoming == null && parseHead(current)) {
            // one interim response after the other, then the final one
        }
        if (call == current) {
            moved(loop.nanoTime()); // more is to come
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (outgoing != null && context.channel().isWritable()) {
            outgoing.writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && incoming != null) {
            incoming.endOfInput(); // half-close is only allowed in tunnels
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken = true;
        if (cause instanceof TlsAlert alert && call != null && !received && tenure.untried()) {
            broke(call, call.refused(alert));
        } else if (inTunnel || !(cause instanceof IOException)) {
            wire.close(cause);
        }
        // after a failed write the answer may still be there to be read; the end of the connection comes by itself
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stillness.cancel();
        Call current = call;
        IncomingResponse response = incoming;
        boolean partialHead = !inbox.isEmpty();
        clearCall();
        pool.closed(this);
        if (response != null) {
            response.endOfConnection(broken);
        } else if (current != null) {
            current.fail(current.lost(tenure.reused() && !received, partialHead));
        }
    }

    // ---- reading heads

    /** Tells whether a whole head was there. */
    private boolean parseHead(Call current) {
        ResponseScanner scanner = Workbench.current().response(inbox, HeadLimits.UPSTREAM);
        if (scanner == null) {
            return false;
        }
        if (scanner.failure() != null) {
            return refuse(current, scanner.failure().detail());
        }
        ResponseHead head = scanner.head();
        if (head == null) {
            return false;
        }
        if (head.status() < 200 && head.status() != 101) {
            return current.relay(head) || refuse(current, "more than " + Call.INTERIMS_MOST + " interim responses");
        }
        if (head.status() == 101 && (head.upgrade() == null || current.request().upgrade() == null)) {
            return refuse(current, "101 that nobody asked for");
        }
        IncomingResponse response = new IncomingResponse(this, current, head);
        incoming = response;
        current.answered(response, head.status());
        response.begin(head, inbox.take());
        return true;
    }

    private boolean refuse(Call current, String detail) {
        broke(current, Failure.of(Kind.BAD_RESPONSE, endpoint.name() + ": " + detail));
        return false;
    }

    // ---- for the two halves of a call

    /** The call cannot go on, and nothing more can be read from or sent on this connection. */
    void broke(Call current, Failure why) {
        if (call == current) {
            clearCall();
            close();
        }
        current.fail(why);
    }

    /**
     * The response is complete, or not wanted and at its end. Makes the connection free for the next call before the
     * end of this one is told.
     */
    void responseEnded(boolean reusable) {
        boolean sent = outgoing != null && outgoing.over();
        Call current = call;
        clearCall();
        tenure.served();
        if (reusable && sent && usable()) {
            pool.release(this);
        } else {
            if (current != null && !sent) {
                current.request()
                        .body()
                        .discard(Failure.of(Kind.RESET, "the response came before the end of the request"));
            }
            close();
        }
    }

    /** From now on the bytes of both sides pass as they are. */
    void tunnel() {
        inTunnel = true;
        wire.allowHalfClose();
    }

    /** Sends the client's bytes in a tunnel. */
    void send(Body client) {
        if (outgoing != null) {
            outgoing.tunnel(client);
        }
    }

    /** One side of a tunnel has said all that it had to say. */
    void tunnelSideEnded() {
        Call current = call;
        if (++tunnelSidesEnded == 2 && current != null) {
            clearCall();
            close();
            current.complete();
        }
    }

    private void clearCall() {
        call = null;
        outgoing = null;
        incoming = null;
        inbox.release();
        stillness.end();
    }

    private void tooStill() {
        Call current = call;
        if (outgoing != null && outgoing.awaitsOthers()) {
            stillness.excuse(); // the client has a limit of its own, and so has who holds back what came
        } else if (current != null) {
            broke(current, current.stalled(outgoing != null && outgoing.paused()));
        }
    }
}
