package io.outrigger.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.outrigger.admin.Gate.Verdict;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.Date;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one connection, one after the other. Confined to one loop: that of the admin server. */
final class Conversation extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = Logger.getLogger(Conversation.class.getName());
    private static final long MOST_BODY_BYTES = 1024 * 1024;
    private static final Content TOO_LARGE = Content.problem(413, "the body is too large (expected: at most 1 MiB)");

    private final Gate gate;
    private final Patience patience;
    private final InstantSource clock;
    private @Nullable HttpRequest request; // null between requests, and once the connection is to end
    private @Nullable Verdict verdict; // about the request
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0); // what was kept of it
    private long bodyBytes; // of the request, so far
    private boolean over; // the last answer is on its way or gone

    Conversation(Gate gate, Patience patience, InstantSource clock) {
        this.gate = gate;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (over) {
            return;
        }
        if (part.decoderResult().isFailure()) {
            refuse(ctx, malformed(part.decoderResult().cause()));
            return;
        }
        if (part instanceof HttpRequest head && !begin(ctx, head)) {
            return;
        }
        if (part instanceof HttpContent content && !keep(ctx, content.content())) {
            return;
        }
        if (part instanceof LastHttpContent && request != null && verdict != null) {
            answer(ctx, request, verdict, false);
        }
    }

    /** Whether the rest of the request is wanted. */
    private boolean begin(ChannelHandlerContext ctx, HttpRequest head) {
        Verdict decided = gate.look(head);
        request = head;
        verdict = decided;
        bodyBytes = 0;
        body.reset();
        if (!head.headers().contains(HttpHeaderNames.EXPECT)) {
            return true;
        }
        if (!(decided instanceof Verdict.Admitted admitted
                && admitted.operation().takesBody())) {
            answer(ctx, head, decided, true); // nobody reads the body that it waits with
            return false;
        }
        if (HttpUtil.getContentLength(head, 0L) > MOST_BODY_BYTES) {
            refuse(ctx, TOO_LARGE);
            return false;
        }
        ctx.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        return true;
    }

    private boolean keep(ChannelHandlerContext ctx, ByteBuf bytes) {
        bodyBytes += bytes.readableBytes();
        if (bodyBytes > MOST_BODY_BYTES) {
            refuse(ctx, TOO_LARGE);
            return false;
        }
        if (!(verdict instanceof Verdict.Admitted admitted
                && admitted.operation().takesBody())) {
            return true;
        }
        if (!patience.tryReceive(ctx, bytes.readableBytes())) {
            refuse(ctx, Content.problem(503, "too many bodies at once (expected: a few at a time)"));
            return false;
        }
        body.writeBytes(ByteBufUtil.getBytes(bytes));
        return true;
    }

    private static Content malformed(Throwable why) {
        return switch (why) {
            case TooLongHttpLineException e -> Content.problem(414, "the request line is too long");
            case TooLongHttpHeaderException e -> Content.problem(431, "the header is too large");
            default -> Content.problem(400, "the request is malformed");
        };
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest asked, Verdict decided, boolean last) {
        request = null;
        over = last || asked.protocolVersion().equals(HttpVersion.HTTP_1_0) || !HttpUtil.isKeepAlive(asked);
        ctx.channel().config().setAutoRead(false); // the next request waits its turn
        patience.answering(ctx);
        boolean withBody = !asked.method().equals(HttpMethod.HEAD);
        switch (decided) {
            case Verdict.Refused refused -> write(ctx, refused.content(), withBody);
            case Verdict.Admitted admitted -> show(ctx, admitted, withBody);
        }
    }

    private void show(ChannelHandlerContext ctx, Verdict.Admitted admitted, boolean withBody) {
        Operation operation = admitted.operation();
        Ask ask = admitted.ask(body.toByteArray());
        body.reset();
        try {
            operation.page().show(ask, content -> {
                if (operation.changes()) {
                    LOG.info(() -> "admin: " + operation + " was answered with " + content.status());
                }
                write(ctx, content, withBody);
            });
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "admin: " + operation + " failed", e);
            over = true;
            write(ctx, Content.problem(500, "the page could not be made"), withBody);
        }
    }

    /** Answers a request that was not read to its end. */
    private void refuse(ChannelHandlerContext ctx, Content content) {
        request = null;
        over = true;
        patience.answering(ctx);
        write(ctx, content, true);
    }

    private void write(ChannelHandlerContext ctx, Content content, boolean withBody) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(content.status()),
                withBody ? Unpooled.wrappedBuffer(content.bytes()) : Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(clock.instant())))
                .set(HttpHeaderNames.CONTENT_TYPE, content.type())
                .set(HttpHeaderNames.CONTENT_LENGTH, content.bytes().length)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("x-content-type-options", "nosniff")
                .set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
        content.headers().forEach((name, value) -> response.headers().set(name, value));
        if (over) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        patience.sending(ctx, withBody ? content.bytes().length : 0);
        ChannelFuture written = ctx.writeAndFlush(response);
        written.addListener(_ -> {
            if (written.isSuccess()) {
                written(ctx);
            } else {
                ctx.close();
            }
        });
    }

    private void written(ChannelHandlerContext ctx) {
        if (!over) {
            patience.idle(ctx);
        } else {
            // Only our side ends: closing both while the client still sends could cost it the answer (RFC 9112 §9.6).
            patience.farewell(ctx);
            ((DuplexChannel) ctx.channel()).shutdownOutput();
        }
        ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.log(Level.FINE, "admin: connection", cause);
        ctx.close();
    }
}
