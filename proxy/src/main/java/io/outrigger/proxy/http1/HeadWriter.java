package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.outrigger.exchange.EditedHeaders;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import io.outrigger.proxy.loop.Flushes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Builds one head after the other in an array of its own, and puts it in front of the first bytes of a body where the
 * buffer has room, so that both leave in one piece. One per loop. Confined to one loop.
 */
public final class HeadWriter extends HeadText {
    private static final byte[] VERSION = bytes(" HTTP/1.1\r\n");
    private static final byte[] VIA = bytes("via: 1.1 outrigger\r\n");
    private static final byte[] HOST = bytes("host: ");
    private static final byte[] REQUEST_ID = bytes("x-request-id: ");
    private static final byte[] TRACEPARENT = bytes("traceparent: ");
    private static final byte[] TIMEOUT = bytes("x-request-timeout-ms: ");
    private static final byte[] ATTEMPT = bytes("x-outrigger-attempt: ");
    private static final byte[] CHUNKED = bytes("transfer-encoding: chunked\r\n");
    private static final byte[] CLOSE = bytes("connection: close\r\n");
    private static final byte[] KEEP_ALIVE = bytes("connection: keep-alive\r\n");
    private static final byte[] UPGRADE = bytes("connection: upgrade\r\n");
    private static final byte[] UPGRADE_TO = bytes("upgrade: ");
    private static final byte[] TRAILERS = bytes("te: trailers\r\nconnection: te\r\n");
    private static final byte[] DATE = bytes("date: ");
    private static final byte[] HEX = bytes("0123456789abcdef");

    private final Flushes flushes = new Flushes();
    private @Nullable ChannelPromise first; // of the next write; null where nobody asks what becomes of it

    /**
     * The head of a request for an endpoint.
     *
     * @param authority the Host when the client gave none
     * @param firstWrite is told what becomes of the first write of the request
     */
    public void request(
            Exchange exchange, Request request, String authority, boolean chunked, ChannelPromise firstWrite) {
        begin();
        first = firstWrite;
        ascii(request.method());
        put(' ');
        target(request.target());
        put(VERSION);
        Identity identity = exchange.identity();
        headers(request.headers(), identity.propagates() ? Known.TRACEPARENT.headerName() : null);
        if (!request.headers().has(Request.HOST)) {
            line(HOST, authority);
        }
        put(VIA);
        names(identity, request.attempt());
        timeout(exchange, request);
        if (request.attempt() > 1) {
            put(ATTEMPT);
            decimal(request.attempt());
            put(END);
        }
        if (request.upgrade() != null) {
            put(UPGRADE);
            line(UPGRADE_TO, request.upgrade());
        }
        if (request.trailersWanted()) {
            put(TRAILERS);
        }
        if (chunked) {
            put(CHUNKED);
        }
        put(END);
    }

    /** The time left, where somebody chose a deadline; or what the client said of it, where there is none here. */
    private void timeout(Exchange exchange, Request request) {
        if (exchange.announcesDeadline()) {
            put(TIMEOUT);
            long left = TimeUnit.NANOSECONDS.toMillis(exchange.deadline() - exchange.nanoTime());
            decimal(Math.max(left, 1));
            put(END);
        } else if (exchange.deadline() == Exchange.NO_DEADLINE) {
            String asked = request.headers().get(Known.REQUEST_TIMEOUT.headerName());
            if (asked != null) {
                line(TIMEOUT, asked);
            }
        }
    }

    /** The head of an interim response. */
    public void interim(int status, Headers headers) {
        begin();
        put(StatusLine.of(status));
        headers(headers);
        put(VIA);
        put(END);
    }

    /** How a response is framed and what becomes of the connection. Immutable. */
    public enum Framing {
        AS_IT_IS,
        CHUNKED,
        UPGRADED
    }

    /** The head of a response for a client. {@code date} is added where the headers have none. */
    public void response(
            int status,
            Headers headers,
            Identity identity,
            byte[] date,
            Framing framing,
            boolean close,
            boolean http10) {
        begin();
        put(StatusLine.of(status));
        headers(headers);
        if (status >= 200 && !headers.has(Known.DATE.headerName())) {
            put(DATE);
            put(date);
            put(END);
        }
        put(VIA);
        put(REQUEST_ID);
        requestId(identity);
        put(END);
        switch (framing) {
            case CHUNKED -> put(CHUNKED);
            case UPGRADED -> put(UPGRADE);
            case AS_IT_IS -> {}
        }
        if (close) {
            put(CLOSE);
        } else if (http10) {
            put(KEEP_ALIVE);
        }
        put(END);
    }

    private void chunkSize(int size) {
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(size)) / 4);
        grow(digits);
        for (int i = digits - 1; i >= 0; i--) {
            out[length++] = HEX[size >>> 4 * i & 15];
        }
        put(END);
    }

    /** The last chunk with the trailers. */
    public void lastChunk(Headers trailers) {
        put('0');
        put(END);
        headers(trailers);
        put(END);
    }

    /**
     * Writes a piece of content behind what was built, in one piece where there is room, to be sent in this turn of the
     * loop. Takes over the buffer.
     */
    public void write(ChannelHandlerContext ctx, ByteBuf content, boolean asChunk) {
        if (asChunk) {
            chunkSize(content.readableBytes());
        }
        if (length > 0) {
            if (content.readerIndex() >= length && !content.isReadOnly()) {
                putBefore(content);
            } else {
                ctx.write(takeBefore(content, ctx), promise(ctx));
            }
        }
        int bytes = content.readableBytes();
        if (!asChunk) {
            ctx.write(content, promise(ctx));
        } else if (content.writableBytes() >= END.length && !content.isReadOnly()) {
            ctx.write(content.writeBytes(END), promise(ctx));
        } else {
            ctx.write(content, promise(ctx));
            ctx.write(ctx.alloc().directBuffer(END.length).writeBytes(END), ctx.voidPromise());
        }
        flushes.later(ctx, bytes);
    }

    private ByteBuf takeBefore(ByteBuf content, ChannelHandlerContext ctx) {
        try {
            return take(ctx.alloc());
        } catch (OutOfMemoryError e) {
            content.release();
            throw e;
        }
    }

    /** Writes what was built, if anything was, to be sent in this turn of the loop. */
    public void write(ChannelHandlerContext ctx) {
        if (length > 0) {
            int bytes = length;
            ctx.write(take(ctx.alloc()), promise(ctx));
            flushes.later(ctx, bytes);
        }
    }

    @Override
    public void clear() {
        super.clear();
        first = null;
    }

    private ChannelPromise promise(ChannelHandlerContext ctx) {
        ChannelPromise next = first;
        if (next == null) {
            return ctx.voidPromise();
        }
        first = null;
        return next;
    }

    private void names(Identity identity, int sending) {
        if (!identity.hasOwnRequestId()) {
            put(REQUEST_ID);
            requestId(identity);
            put(END);
        }
        boolean propagates = identity.propagates();
        if (propagates || !identity.hasOwnTrace()) {
            put(TRACEPARENT);
            grow(55);
            length = propagates ? identity.copyAttemptTrace(sending, out, length) : identity.copyMadeTrace(out, length);
            put(END);
        }
    }

    private void requestId(Identity identity) {
        grow(identity.requestIdLength());
        length = identity.copyRequestId(out, length);
    }

    private void headers(Headers headers) {
        headers(headers, null);
    }

    private void headers(Headers headers, @Nullable HeaderName without) {
        if (headers instanceof FlatHeaders flat) {
            grow(flat.size());
            length = flat.copyTo(out, length, without);
        } else if (headers instanceof EditedHeaders edited && edited.removed() == null && edited.added() != null) {
            headers(edited.base(), without);
            if (!edited.added().equals(without)) {
                field(edited.added().toString(), String.valueOf(edited.value()));
            }
        } else {
            (without == null ? headers : headers.without(without)).forEach(this::field);
        }
    }

    private void target(Target target) {
        grow(target.length());
        length = target.copyTo(0, out, length);
    }
}
