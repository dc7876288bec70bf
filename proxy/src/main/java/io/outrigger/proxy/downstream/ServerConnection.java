package io.outrigger.proxy.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Tunnel;
import io.outrigger.proxy.downstream.Patience.Phase;
import io.outrigger.proxy.http1.BodyDecoder;
import io.outrigger.proxy.http1.HeadBuffer;
import io.outrigger.proxy.http1.RequestHead;
import io.outrigger.proxy.http1.RequestScanner;
import io.outrigger.proxy.http1.Workbench;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.Reader;
import io.outrigger.proxy.loop.Wire;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: makes exchanges out of bytes, one after the other, and knows when to wait, to close and to
 * linger. Confined to one loop.
 */
final class ServerConnection extends Reader {
    private static final int PIPELINED_MOST = 64 * 1024;

    private final Entrance entrance;
    private final Supplier<ClientLimits> limits; // those in force, which a reload may change
    private final Patience patience;
    private final HeadBuffer inbox = new HeadBuffer(); // read, but not yet part of a message

    @SuppressWarnings("NullAway.Init") // set when the handler is added, before anything else happens
    Wire wire; // its response writes to it, too

    private @Nullable IncomingBody incoming; // of the current request; null when it has none
    private @Nullable ClientResponse response; // of the current request; null between requests
    private @Nullable Reply reply; // likewise
    private boolean parsing; // while in parse, so that answers given at once do not nest
    private boolean lastRequest; // nothing more is read as a request

    ServerConnection(Entrance entrance, Supplier<ClientLimits> limits, NettyLoop loop) {
        super(loop);
        this.entrance = entrance;
        this.limits = limits;
        this.patience = new Patience(loop, limits, () -> incoming != null && !incoming.over(), this::late);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        wire = new Wire(context);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        patience.enter(Phase.IDLE);
    }

    @Override
    protected void read(ByteBuf bytes) {
        switch (patience.phase()) {
            case IDLE, HEAD -> {
                inbox.add(bytes, wire.context().alloc());
                parse();
            }
            case EXCHANGE, TUNNEL -> {
                if (incoming != null && !incoming.over()) {
                    patience.moved();
                    incoming.feed(bytes);
                } else {
                    unread(bytes);
                }
            }
            case FLUSH, LINGER, CLOSED -> bytes.release();
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
        patience.close();
        Reply current = reply;
        reply = null;
        if (current != null && response != null) {
            current.fail(response.gone());
        }
        if (incoming != null) {
            incoming.fail(Failure.of(Kind.CLIENT_GONE, "the client closed its connection"));
        }
        inbox.release(); // last: a body that is dropped gives back what came behind it
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        wire.close(cause); // channelInactive does the rest
    }

    private void parse() {
        if (!parsing) {
            parsing = true;
            try {
                while (patience.betweenExchanges() && parseHead()) {
                    // one pipelined request after the other
                }
            } finally {
                parsing = false;
            }
        }
    }

    /** Tells whether a whole head was there. */
    private boolean parseHead() {
        RequestScanner scanner = Workbench.current().request(inbox, limits.get().head());
        RequestHead head = scanner == null ? null : scanner.head();
        if (head != null && (head.minor() > 0 || wire.canReset())) {
            begin(head);
            return true;
        }
        Failure refusal = scanner == null ? null : head != null ? ClientLimits.NO_HTTP_10 : scanner.failure();
        if (refusal != null) {
            refuse(refusal);
        } else if (scanner != null && patience.in(Phase.IDLE)) {
            patience.enter(Phase.HEAD); // counted from its first byte
        }
        return false;
    }

    private void begin(RequestHead head) {
        Exchange exchange = newExchange(head);
        ClientResponse answer = new ClientResponse(this, exchange, head);
        response = answer;
        lastRequest = !head.persistent();
        incoming = IncomingBody.of(head, inbox, this);
        patience.enter(Phase.EXCHANGE, exchange.startNanos());
        exchange.onInterim(answer);
        Reply coming = entrance.send(exchange, head.request(incoming == null ? Body.EMPTY : incoming));
        reply = patience.in(Phase.CLOSED) ? null : coming;
        coming.onAnswer(answer);
        coming.onEnd(answer::ended);
        if (incoming != null && incoming.unread()) {
            reading(false);
        }
    }

    private Exchange newExchange(@Nullable RequestHead head) {
        long high = loop.randomBits();
        long low = loop.randomBits();
        Identity identity = head == null ? Identity.of(high, low, null, null) : head.identity(high, low);
        return new Exchange(loop, loop.nanoTime(), identity, wire.secured());
    }

    /** Answers what could not be read as a request, and reads no further. */
    private void refuse(Failure why) {
        Exchange exchange = newExchange(null);
        inbox.release();
        incoming = null;
        lastRequest = true;
        patience.enter(Phase.EXCHANGE, exchange.startNanos());
        entrance.refused(exchange, "", why);
        response = new ClientResponse(this, exchange, null);
        response.accept(why);
    }

    /** Answers without a request, because there are too many connections. May be called before the channel is active. */
    void turnAway(Failure why) {
        loop.execute(() -> {
            if (patience.betweenExchanges()) { // not when the client is gone again
                refuse(why);
                wire.closeAfterFlush(); // without lingering, which would take a place as well
            }
        });
    }

    // ---- for the body and the response

    /** Takes back what was read behind the end of a body. */
    void unread(ByteBuf bytes) {
        inbox.add(bytes, wire.context().alloc());
        if (inbox.size() > PIPELINED_MOST) {
            reading(false);
        }
    }

    void reading(boolean on) {
        if (wire.reading() != on) {
            patience.moved();
            wire.reading(on);
        }
    }

    /** Whether all of the current request has come, and another one may follow. */
    boolean mayFollow() {
        return !lastRequest && !entrance.draining() && (incoming == null || incoming.complete());
    }

    /** A failure is being answered; what was not read of the request by now is of no use. */
    void dropBody(Failure why) {
        if (incoming != null) {
            incoming.discardUnlessRead(why);
        }
    }

    /** The response is complete. */
    void answered(boolean keep) {
        boolean whole = reply != null && (incoming == null || incoming.complete()); // what was refused may go on
        response = null;
        reply = null;
        if (patience.in(Phase.CLOSED)) {
            return;
        }
        if (!keep || lastRequest) {
            finish(whole && inbox.isEmpty());
            return;
        }
        incoming = null;
        wire.reading(true);
        patience.enter(Phase.IDLE);
        parse();
    }

    /** Both sides speak another protocol from now on. */
    void tunnel(Tunnel tunnel) {
        patience.enter(Phase.TUNNEL);
        wire.allowHalfClose();
        incoming = new IncomingBody(this, BodyDecoder.untilClose(), -1, inbox.take()); // with what came early
        tunnel.send(incoming);
    }

    /** Nothing more is said: closes after what was written, which may be the answers to earlier requests. */
    void cut() {
        if (!patience.in(Phase.CLOSED)) {
            patience.enter(Phase.FLUSH);
            wire.closeAfterFlush();
        }
    }

    /** Closes as soon as the client waits for nothing. */
    void leave() {
        patience.leave();
    }

    /** Answers a request in flight with that there is no time any more. From any thread. */
    void cutShort() {
        loop.execute(() -> {
            if (reply != null && response != null) {
                reply.fail(response.cut());
            }
        });
    }

    /** Closes after what was written; waits for the client's last bytes when it may still be sending. */
    private void finish(boolean clientIsSilent) {
        patience.enter(Phase.FLUSH);
        if (clientIsSilent) {
            wire.closeAfterFlush();
            return;
        }
        // closing with unread bytes resets the connection, and the client may lose the answer (RFC 9112 §9.6)
        if (incoming != null) {
            incoming.fail(Failure.of(Kind.CLIENT_GONE, "the answer was complete before the request"));
        }
        inbox.release();
        wire.endOutput(() -> patience.enter(Phase.LINGER));
        reading(true);
    }

    /** What is waited for did not come in time. */
    private void late() {
        if (patience.in(Phase.HEAD)) {
            refuse(limits.get().headTimeout());
        } else if (patience.in(Phase.IDLE)) {
            cut();
        } else if (!patience.in(Phase.EXCHANGE)) {
            wire.close();
        } else if (incoming == null || !incoming.awaitsClient()) {
            patience.enter(Phase.EXCHANGE); // the client is not the one who is waited for
        } else {
            incoming.fail(limits.get().bodyTimeout());
        }
    }
}
