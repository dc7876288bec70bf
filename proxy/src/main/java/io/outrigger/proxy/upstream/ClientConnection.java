package io.outrigger.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.http1.HeadLimits;
import io.outrigger.proxy.http1.ResponseHead;
import io.outrigger.proxy.http1.ResponseScanner;
import io.outrigger.proxy.http1.Workbench;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.ReadBuffers;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an endpoint: carries one call after the other, and is idle between them. Confined to one loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
    private static final int INTERIMS_MOST = 64; // of one call; more is a flood

    private final LoopPool pool;
    private final Endpoint endpoint;
    private final NettyLoop loop;
    private final long createdNanos;

    @SuppressWarnings("NullAway.Init") // set when the handler is added, before anything else happens
    private ChannelHandlerContext ctx;

    private @Nullable Call call; // null while idle
    private @Nullable OutgoingRequest outgoing; // of the current call
    private @Nullable IncomingResponse incoming; // of the current call, from its head on
    private @Nullable ByteBuf pending; // read, but not yet a whole head
    private int scanned; // bytes of an incomplete head that were looked at
    private int served; // calls before the current one
    private int interims; // of the current call
    private boolean received; // whether a byte has come for the current call
    private boolean broken; // an error was seen: the end of the connection is not an orderly one
    private boolean closed;
    private boolean idle;
    private boolean left; // its pool counts it no more
    private long idleSinceNanos;
    private long movedNanos; // when a byte last moved for the current call
    private @Nullable Timer timer; // looks for calls that do not move; null while none is armed
    private long timerDue;
    private boolean inTunnel;
    private int tunnelSidesEnded;

    ClientConnection(LoopPool pool, Endpoint endpoint, NettyLoop loop) {
        this.pool = pool;
        this.endpoint = endpoint;
        this.loop = loop;
        this.createdNanos = loop.nanoTime();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    long createdNanos() {
        return createdNanos;
    }

    int served() {
        return served;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void becomeIdle(long now) {
        idle = true;
        idleSinceNanos = now;
        reading(true); // so that its end is seen
    }

    boolean idle() {
        return idle;
    }

    /** Whether its pool counts it no more. */
    boolean left() {
        return left;
    }

    void leave() {
        left = true;
    }

    boolean usable() {
        return !closed && !broken && call == null && ctx.channel().isActive();
    }

    /** Sends a call's request over this idle connection. */
    void begin(Call next) {
        assert call == null : "busy";
        idle = false;
        call = next;
        received = false;
        interims = 0;
        movedNanos = next.attempt().startNanos();
        reading(true); // whoever used it before may have left it paused
        next.on(this);
        lookAt(movedNanos + next.idleNanos(), movedNanos);
        OutgoingRequest request = new OutgoingRequest(this, ctx, next);
        outgoing = request;
        request.start();
    }

    /** The call was failed from above: what is under way on this connection is of no use any more. */
    void abandon(Call failed) {
        if (call == failed) {
            clearCall();
            close();
        }
    }

    void close() {
        ctx.close();
    }

    void reading(boolean on) {
        if (ctx.channel().config().isAutoRead() != on) {
            movedNanos = loop.nanoTime();
            ctx.channel().config().setAutoRead(on);
        }
    }

    /** A byte has moved for the current call. */
    void moved() {
        movedNanos = loop.nanoTime();
    }

    // ---- from the channel

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        Call current = call;
        if (current == null) {
            bytes.release(); // nobody asked: whatever it is, it must not answer the next request
            broken = true;
            close();
            return;
        }
        received = true;
        IncomingResponse response = incoming;
        if (response != null) {
            moved();
            response.feed(bytes);
            return;
        }
        pending = join(pending, bytes);
        while (call == current && incoming == null && pending != null && parseHead(current, pending)) {
            // one interim response after the other, then the final one
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
        if (inTunnel || !(cause instanceof IOException)) {
            context.close();
        }
        // after a failed write the answer may still be there to be read; the end of the connection comes by itself
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed = true;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        Call current = call;
        IncomingResponse response = incoming;
        boolean partialHead = pending != null;
        clearCall();
        pool.closed(this);
        if (current == null) {
            return;
        }
        if (response != null) {
            response.endOfConnection(broken);
        } else if (served > 0 && !received) {
            current.fail(Failure.of(Kind.STALE_CONNECTION, "the reused connection to " + endpoint.name() + " had ended"));
        } else {
            String when = partialHead ? " in the middle of a response head" : " without a response";
            current.fail(Failure.of(Kind.RESET, endpoint.name() + " ended the connection" + when));
        }
    }

    // ---- reading heads

    /** Tells whether a whole head was there. */
    private boolean parseHead(Call current, ByteBuf bytes) {
        if (scanned > 0 && bytes.indexOf(bytes.readerIndex() + scanned, bytes.writerIndex(), (byte) '\n') < 0
                && bytes.readableBytes() - scanned < 1024) {
            return false;
        }
        int length = Math.min(bytes.readableBytes(), HeadLimits.UPSTREAM.headBytes() + 1);
        byte[] scratch = Workbench.current().scratch(length);
        bytes.getBytes(bytes.readerIndex(), scratch, 0, length);
        ResponseScanner scanner = Workbench.current().responses();
        scanner.scan(scratch, length, HeadLimits.UPSTREAM);
        ResponseHead head = scanner.head();
        Failure failure = scanner.failure();
        if (failure != null) {
            refuse(current, endpoint.name() + ": " + failure.detail());
            return false;
        }
        if (head == null) {
            scanned = length;
            return false;
        }
        scanned = 0;
        bytes.skipBytes(scanner.length());
        if (head.status() < 200 && head.status() != 101) {
            return interim(current, head, bytes);
        }
        if (head.status() == 101 && (head.upgrade() == null || current.request().upgrade() == null)) {
            refuse(current, endpoint.name() + ": 101 that nobody asked for");
            return false;
        }
        pending = null;
        IncomingResponse response = new IncomingResponse(this, current, head);
        incoming = response;
        current.answered(response);
        current.attempt().answered(head.status());
        response.begin(bytes);
        return true;
    }

    private boolean interim(Call current, ResponseHead head, ByteBuf bytes) {
        if (++interims > INTERIMS_MOST) {
            refuse(current, endpoint.name() + ": more than " + INTERIMS_MOST + " interim responses");
            return false;
        }
        if (!bytes.isReadable()) {
            bytes.release();
            pending = null;
        }
        current.exchange().interim(head.status(), head.headers());
        return true;
    }

    private void refuse(Call current, String detail) {
        clearCall();
        close();
        current.fail(Failure.of(Kind.BAD_RESPONSE, detail));
    }

    // ---- for the two halves of a call

    /** The response breaks off, or makes no sense: nothing more is read from this connection. */
    void responseBroke(Call current, Failure why) {
        clearCall();
        close();
        current.fail(why);
    }

    /** The request's own body broke off. */
    void requestBroke(Call current, Failure why) {
        if (call == current) {
            clearCall();
            close();
            current.fail(why);
        }
    }

    /**
     * The response is complete, or not wanted and at its end. Makes the connection free for the next call before the
     * end of this one is told.
     */
    void responseEnded(boolean reusable) {
        boolean sent = outgoing != null && outgoing.over();
        Call current = call;
        clearCall();
        served++;
        if (reusable && sent && !broken && !closed) {
            pool.release(this);
        } else {
            if (current != null && !sent) {
                current.request().body().discard(Failure.of(Kind.RESET, "the response came before the end of the request"));
            }
            close();
        }
    }

    /** From now on the bytes of both sides pass as they are. */
    void tunnel() {
        inTunnel = true;
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
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
        scanned = 0;
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    // ---- waiting

    /** One timer for all calls: it is moved only when a call has less patience than those before. */
    private void lookAt(long due, long now) {
        if (timer != null) {
            if (due - timerDue >= 0) {
                return;
            }
            timer.cancel();
        }
        timerDue = due;
        timer = loop.after(due - now, this::look);
    }

    private void look() {
        timer = null;
        Call current = call;
        if (current == null) {
            return;
        }
        long now = loop.nanoTime();
        if (outgoing != null && outgoing.awaitsClient()) {
            movedNanos = now; // the client has a limit of its own
        }
        long due = movedNanos + current.idleNanos();
        if (now - due < 0) {
            lookAt(due, now);
            return;
        }
        IncomingResponse response = incoming;
        clearCall();
        close();
        long millis = TimeUnit.NANOSECONDS.toMillis(current.idleNanos());
        Failure why = response == null
                ? Failure.of(Kind.ATTEMPT_TIMEOUT, "no byte came from " + endpoint.name() + " for " + millis + " ms")
                : response.paused()
                        ? Failure.of(Kind.CLIENT_GONE, "the client read nothing for " + millis + " ms")
                        : Failure.of(Kind.RESPONSE_CUT, "no byte came from " + endpoint.name() + " for " + millis + " ms");
        current.fail(why);
    }

    private ByteBuf join(@Nullable ByteBuf first, ByteBuf second) {
        if (first == null) {
            return second;
        }
        ByteBuf joined = first;
        if (first.writableBytes() < second.readableBytes()) {
            int size = 2 * (first.readableBytes() + second.readableBytes());
            joined = ctx.alloc().directBuffer(ReadBuffers.ROOM + size).setIndex(ReadBuffers.ROOM, ReadBuffers.ROOM);
            joined.writeBytes(first);
            first.release();
        }
        joined.writeBytes(second);
        second.release();
        return joined;
    }
}
