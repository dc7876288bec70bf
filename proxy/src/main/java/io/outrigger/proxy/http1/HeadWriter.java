package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.outrigger.exchange.EditedHeaders;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Builds one head after the other in an array of its own, and puts it in front of the first bytes of a body where the
 * buffer has room, so that both leave in one piece. One per loop. Confined to one loop.
 */
public final class HeadWriter {
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
    private static final byte[] END = bytes("\r\n");
    private static final byte[] HEX = bytes("0123456789abcdef");

    private byte[] out = new byte[2048];
    private int length;

    /** The head of a request for an endpoint; {@code authority} is the Host when the client gave none. */
    public void request(Exchange exchange, Request request, String authority, boolean chunked) {
        begin();
        ascii(request.method());
        put(' ');
        target(request.target());
        put(VERSION);
        headers(request.headers());
        if (!request.headers().has(Request.HOST)) {
            line(HOST, authority);
        }
        put(VIA);
        names(exchange.identity());
        timeout(exchange, request);
        if (request.attempt() > 1) {
            put(ATTEMPT);
            ascii(Integer.toString(request.attempt()));
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
            ascii(Long.toString(Math.max(left, 1)));
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

    /** What somebody else has left here must not get in front of this head, whatever went wrong. */
    private void begin() {
        int left = length;
        length = 0;
        assert left == 0 : "a head was not taken";
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

    /** Forgets what was built. */
    public void clear() {
        length = 0;
    }

    /** What was built, in a buffer of its own. */
    private ByteBuf take(ByteBufAllocator allocator) {
        ByteBuf buffer = allocator.directBuffer(length);
        buffer.writeBytes(out, 0, length);
        length = 0;
        return buffer;
    }

    /** Puts what was built into the free room in front of the buffer's bytes. */
    private void putBefore(ByteBuf content) {
        int start = content.readerIndex() - length;
        content.setBytes(start, out, 0, length);
        content.readerIndex(start);
        length = 0;
    }

    /**
     * Writes and flushes a piece of content behind what was built, in one piece where there is room. Takes over the
     * buffer.
     */
    public void write(ChannelHandlerContext ctx, ByteBuf content, boolean asChunk) {
        if (asChunk) {
            chunkSize(content.readableBytes());
        }
        if (length > 0) {
            if (content.readerIndex() >= length && !content.isReadOnly()) {
                putBefore(content);
            } else {
                ctx.write(take(ctx.alloc()), ctx.voidPromise());
            }
        }
        if (!asChunk) {
            ctx.writeAndFlush(content, ctx.voidPromise());
        } else if (content.writableBytes() >= END.length && !content.isReadOnly()) {
            ctx.writeAndFlush(content.writeBytes(END), ctx.voidPromise());
        } else {
            ctx.write(content, ctx.voidPromise());
            ctx.writeAndFlush(ctx.alloc().directBuffer(END.length).writeBytes(END), ctx.voidPromise());
        }
    }

    /** Writes and flushes what was built, if anything was. */
    public void flush(ChannelHandlerContext ctx) {
        if (length > 0) {
            ctx.writeAndFlush(take(ctx.alloc()), ctx.voidPromise());
        }
    }

    private void names(Identity identity) {
        if (!identity.hasOwnRequestId()) {
            put(REQUEST_ID);
            requestId(identity);
            put(END);
        }
        if (!identity.hasOwnTrace()) {
            put(TRACEPARENT);
            grow(55);
            length = identity.copyMadeTrace(out, length);
            put(END);
        }
    }

    private void requestId(Identity identity) {
        if (identity.hasOwnRequestId()) {
            ascii(identity.requestId());
        } else {
            grow(32);
            length = identity.copyMadeId(out, length);
        }
    }

    private void headers(Headers headers) {
        switch (headers) {
            case FlatHeaders flat -> {
                grow(flat.size());
                length = flat.copyTo(out, length);
            }
            case EditedHeaders edited
            when edited.removed() == null && edited.added() != null -> {
                headers(edited.base());
                field(edited.added().toString(), String.valueOf(edited.value()));
            }
            default -> headers.forEach(this::field);
        }
    }

    private void field(String name, String value) {
        ascii(name);
        put(':');
        put(' ');
        ascii(value);
        put(END);
    }

    private void line(byte[] name, String value) {
        put(name);
        ascii(value);
        put(END);
    }

    private void target(Target target) {
        grow(target.length());
        length = target.copyTo(0, out, length);
    }

    @SuppressWarnings("deprecation") // copies the low bytes of Latin-1 text, which is what a head consists of
    private void ascii(String text) {
        grow(text.length());
        text.getBytes(0, text.length(), out, length);
        length += text.length();
    }

    private void put(char c) {
        grow(1);
        out[length++] = (byte) c;
    }

    private void put(byte[] text) {
        grow(text.length);
        System.arraycopy(text, 0, out, length, text.length);
        length += text.length;
    }

    private void grow(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
