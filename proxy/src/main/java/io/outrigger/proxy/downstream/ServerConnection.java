package io.outrigger.proxy.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Tunnel;
import io.outrigger.proxy.http1.BodyDecoder;
import io.outrigger.proxy.http1.RequestHead;
import io.outrigger.proxy.http1.RequestScanner;
import io.outrigger.proxy.http1.Workbench;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.ReadBuffers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: makes exchanges out of bytes, one after the other, and knows when to wait, to close and to
 * linger. Confined to one loop.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {
    private static final int OWN_VIAS_MOST = 4; // a request that has passed here five times goes in circles
    private static final int PIPELINED_MOST = 64 * 1024;
    private static final int SCAN_AGAIN_BYTES = 1024;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long NEVER = Long.MAX_VALUE;

    /** What the connection is doing. */
    private enum Phase {
        HEAD, // between requests, or in the middle of a head
        EXCHANGE,
        TUNNEL,
        LINGER, // everything is sent; what still comes is dropped, so that the client can read the answer
        CLOSED
    }

    private final Entrance entrance;
    private final ClientLimits limits;
    private final NettyLoop loop;
    @SuppressWarnings("NullAway.Init") // set when the handler is added, before anything else happens
    private ChannelHandlerContext ctx;

    private Phase phase = Phase.HEAD;
    private @Nullable ByteBuf pending; // read, but not yet part of a message
    private @Nullable IncomingBody incoming; // of the current request; null when it has none
    private @Nullable ClientResponse response; // of the current request; null between requests
    private @Nullable Reply reply; // likewise
    private int scanned; // bytes of an incomplete head that were looked at
    private boolean parsing; // while in parse, so that answers given at once do not nest
    private boolean lastRequest; // nothing more is read as a request
    private boolean flushed; // while lingering: all is with the client, who may still be sending
    private long sinceNanos; // when the current wait began
    private @Nullable Timer timer; // one for all waits; fires early rather than being moved
    private long timerDue = NEVER;

    ServerConnection(Entrance entrance, ClientLimits limits, NettyLoop loop) {
        this.entrance = entrance;
        this.limits = limits;
        this.loop = loop;
    }

    // ---- from the channel

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        waitFrom(loop.nanoTime());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        switch (phase) {
            case HEAD -> {
                pending = join(pending, bytes);
                parse();
            }
            case EXCHANGE, TUNNEL -> {
                IncomingBody body = incoming;
                if (body != null && !body.over()) {
                    sinceNanos = loop.nanoTime();
                    body.feed(bytes);
                } else {
                    unread(bytes);
                }
            }
            case LINGER, CLOSED -> bytes.release();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (response != null && context.channel().isWritable()) {
            response.writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && incoming != null) {
            incoming.endOfInput(); // half-close is only allowed in tunnels
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        phase = Phase.CLOSED;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (pending != null) {
            pending.release();
            pending = null;
        }
        Reply current = reply;
        IncomingBody body = incoming;
        reply = null;
        if (current != null && response != null) {
            current.fail(response.gone());
        }
        if (body != null) {
            body.fail(Failure.of(Kind.CLIENT_GONE, "the client closed its connection"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a connection that broke; channelInactive does the rest
    }

    // ---- reading requests

    private void parse() {
        if (parsing) {
            return;
        }
        parsing = true;
        try {
            while (phase == Phase.HEAD && pending != null) {
                if (!parseHead(pending)) {
                    break;
                }
            }
        } finally {
            parsing = false;
        }
    }

    /** Tells whether a whole head was there. */
    private boolean parseHead(ByteBuf bytes) {
        skipEmptyLines(bytes);
        if (!bytes.isReadable()) {
            bytes.release();
            pending = null;
            return false;
        }
        if (scanned > 0 && !worthScanning(bytes) || bytes.readableBytes() == 1) {
            return startedHead();
        }
        int most = limits.head().headBytes() + 1;
        int length = Math.min(bytes.readableBytes(), most);
        byte[] scratch = Workbench.current().scratch(length);
        bytes.getBytes(bytes.readerIndex(), scratch, 0, length);
        RequestScanner scanner = Workbench.current().requests();
        scanner.scan(scratch, length, limits.head());
        RequestHead head = scanner.head();
        if (head != null) {
            bytes.skipBytes(scanner.length());
            scanned = 0;
            begin(head);
            return true;
        }
        Failure failure = scanner.failure();
        if (failure != null) {
            refuse(failure);
        } else {
            startedHead();
            scanned = length;
        }
        return false;
    }

    /** Waits for the rest of a head, counted from its first byte. */
    private boolean startedHead() {
        if (scanned == 0) {
            waitFrom(loop.nanoTime());
            scanned = 1;
        }
        return false;
    }

    /** Whether there is a line more than at the last scan, or a good piece of one; so that drops cost no more than floods. */
    private boolean worthScanning(ByteBuf bytes) {
        int from = bytes.readerIndex() + scanned;
        return bytes.readableBytes() - scanned >= SCAN_AGAIN_BYTES
                || bytes.indexOf(from, bytes.writerIndex(), (byte) '\n') >= 0;
    }

    private void begin(RequestHead head) {
        Exchange exchange = newExchange(head);
        ClientResponse answer = new ClientResponse(this, ctx, exchange, head);
        response = answer;
        phase = Phase.EXCHANGE;
        lastRequest = !head.persistent();
        Body body = Body.EMPTY;
        if (head.hasBody()) {
            BodyDecoder decoder = head.chunked() ? BodyDecoder.chunked() : BodyDecoder.length(head.contentLength());
            incoming = new IncomingBody(this, decoder, head.contentLength());
            body = incoming;
            sinceNanos = exchange.startNanos();
            waitFrom(sinceNanos);
        }
        ByteBuf rest = pending;
        if (rest != null && (incoming != null || !rest.isReadable())) {
            pending = null;
            if (incoming != null && rest.isReadable()) {
                incoming.hold(rest);
            } else {
                rest.release();
            }
        }
        if (head.ownVias() > OWN_VIAS_MOST) {
            Failure why = Failure.of(Kind.LOOP_DETECTED, "the request has passed this proxy " + head.ownVias() + " times");
            entrance.refused(exchange, head.method(), why);
            body.discard(why);
            answer.accept(why);
            return;
        }
        exchange.onInterim(answer);
        Request request = new Request(
                head.method(), head.target(), head.headers(), body, head.upgrade(), head.trailersWanted(), 1, false);
        Reply coming = entrance.send(exchange, request);
        if (phase != Phase.CLOSED) {
            reply = coming;
        }
        coming.onAnswer(answer);
        coming.onEnd(answer::ended);
        if (incoming != null && incoming.unread()) {
            reading(false);
        }
    }

    private Exchange newExchange(@Nullable RequestHead head) {
        String id = head == null ? null : head.requestId();
        String trace = head == null ? null : head.traceparent();
        return new Exchange(loop, loop.nanoTime(), new Identity(loop.randomBits(), loop.randomBits(), id, trace));
    }

    /** Closes unless there is something to be answered. */
    void closeIfIdle() {
        loop.execute(() -> {
            if (phase == Phase.HEAD && pending == null) {
                ctx.close();
            }
        });
    }

    /** Answers without a request, because there are too many connections. */
    void turnAway(Failure why) {
        loop.execute(() -> {
            if (phase == Phase.HEAD) { // not when the client is gone again
                refuse(why);
            }
        });
    }

    /** Answers what could not be read as a request, and reads no further. */
    private void refuse(Failure why) {
        Exchange exchange = newExchange(null);
        if (pending != null) {
            pending.release();
            pending = null;
        }
        phase = Phase.EXCHANGE;
        lastRequest = true;
        incoming = null;
        entrance.refused(exchange, "", why);
        response = new ClientResponse(this, ctx, exchange, null);
        response.accept(why);
    }

    // ---- for the body and the response

    /** Takes back what was read behind the end of a body. */
    void unread(ByteBuf bytes) {
        pending = join(pending, bytes);
        if (pending.readableBytes() > PIPELINED_MOST) {
            reading(false);
        }
    }

    void reading(boolean on) {
        if (ctx.channel().config().isAutoRead() != on) {
            sinceNanos = loop.nanoTime();
            ctx.channel().config().setAutoRead(on);
        }
    }

    /** Whether all of the current request has come, and another one may follow. */
    boolean mayFollow() {
        return !lastRequest && !entrance.draining() && (incoming == null || incoming.over());
    }

    /** A failure is being answered; what was not read of the request by now is of no use. */
    void dropBody(Failure why) {
        if (incoming != null) {
            incoming.discardUnlessRead(why);
        }
    }

    /** No other request can be read from this connection. */
    void closeAfterwards() {
        lastRequest = true;
    }

    /** The response is complete. */
    void answered(boolean keep) {
        boolean whole = incoming == null || incoming.over();
        response = null;
        reply = null;
        if (phase == Phase.CLOSED) {
            return;
        }
        if (!keep || lastRequest) {
            finish(whole && pending == null);
            return;
        }
        incoming = null;
        phase = Phase.HEAD;
        reading(true);
        waitFrom(loop.nanoTime());
        parse();
    }

    /** Both sides speak another protocol from now on. */
    void tunnel(Tunnel tunnel) {
        phase = Phase.TUNNEL;
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        IncomingBody raw = new IncomingBody(this, BodyDecoder.untilClose(), -1);
        incoming = raw;
        tunnel.send(raw);
        ByteBuf early = pending;
        if (early != null) {
            pending = null;
            raw.feed(early);
        }
    }

    /** The server has said all that it had to say; the client may go on. */
    void endOfOutput() {
        Channel channel = ctx.channel();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            flushed = true;
            waitFrom(loop.nanoTime());
            if (channel.isActive() && channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        });
    }

    /** Closes at once; with a reset when an orderly end would look like the end of the content. */
    void abort(boolean reset) {
        if (phase != Phase.CLOSED) {
            if (reset) {
                ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            }
            ctx.close();
        }
    }

    // ---- closing and waiting

    /** Closes after what was written; waits for the client's last bytes when it may still be sending. */
    private void finish(boolean clientIsSilent) {
        phase = Phase.LINGER;
        flushed = false;
        waitFrom(loop.nanoTime());
        if (clientIsSilent) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        // closing with unread bytes resets the connection, and the client may lose the answer (RFC 9112 §9.6)
        if (incoming != null) {
            incoming.fail(Failure.of(Kind.CLIENT_GONE, "the answer was complete before the request"));
        }
        if (pending != null) {
            pending.release();
            pending = null;
        }
        endOfOutput();
        reading(true);
    }

    private void waitFrom(long now) {
        sinceNanos = now;
        long due = expiry();
        if (due != NEVER && (timer == null || due - timerDue < 0)) {
            arm(due);
        }
    }

    private void arm(long due) {
        if (timer != null) {
            timer.cancel();
        }
        timerDue = due;
        timer = loop.after(due - loop.nanoTime(), this::expire);
    }

    /** When the current wait has taken too long, by the clock. */
    private long expiry() {
        return switch (phase) {
            case HEAD -> sinceNanos + (pending == null ? limits.idleNanos() : limits.headNanos());
            case EXCHANGE -> incoming != null && !incoming.over() ? sinceNanos + limits.bodyIdleNanos() : NEVER;
            case LINGER -> sinceNanos + (flushed ? LINGER_NANOS : limits.idleNanos());
            case TUNNEL, CLOSED -> NEVER;
        };
    }

    private void expire() {
        timer = null;
        long now = loop.nanoTime();
        long due = expiry();
        if (due == NEVER) {
            return;
        }
        if (now - due < 0) {
            arm(due);
            return;
        }
        switch (phase) {
            case HEAD -> {
                if (pending == null) {
                    ctx.close();
                } else {
                    long seconds = TimeUnit.NANOSECONDS.toMillis(limits.headNanos());
                    refuse(Failure.of(Kind.HEAD_TIMEOUT, "no complete head within " + seconds + " ms"));
                }
            }
            case EXCHANGE -> expireBody(now);
            case LINGER -> ctx.close();
            case TUNNEL, CLOSED -> {}
        }
    }

    private void expireBody(long now) {
        IncomingBody body = incoming;
        if (body == null || !body.awaitsClient()) {
            waitFrom(now); // the client is not the one who is waited for
            return;
        }
        lastRequest = true;
        long millis = TimeUnit.NANOSECONDS.toMillis(limits.bodyIdleNanos());
        body.fail(Failure.of(Kind.BODY_TIMEOUT, "nothing of the request's body came for " + millis + " ms"));
    }

    private static void skipEmptyLines(ByteBuf bytes) {
        while (bytes.readableBytes() >= 2
                && bytes.getByte(bytes.readerIndex()) == '\r'
                && bytes.getByte(bytes.readerIndex() + 1) == '\n') {
            bytes.skipBytes(2); // RFC 9112 §2.2
        }
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
