package io.outrigger.admin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connection of a client that is too slow: in sending a request, in taking the answer, or with its next
 * request. Confined to one loop: that of the admin server.
 */
final class Patience extends ChannelInboundHandlerAdapter {
    /**
     * How long a client may take. Immutable.
     *
     * @param request from its first byte to its last, and from the connection to the first byte
     * @param answer until the client has taken it, making it included
     * @param idle between an answer and the next request
     * @param farewell from an answer that ends the connection to the client's own end
     */
    record Limits(Duration request, Duration answer, Duration idle, Duration farewell) {
        static final Limits USUAL = new Limits(
                Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(75), Duration.ofSeconds(2));
    }

    private final Limits limits;
    private final Guests guests;
    private @Nullable ScheduledFuture<?> timer; // null before the connection is there
    private boolean idle; // nothing of the next request has come

    Patience(Limits limits, Guests guests) {
        this.limits = limits;
        this.guests = guests;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        guests.enter(ctx.channel());
        closeAfter(ctx, limits.request);
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        guests.leave(ctx.channel());
        if (timer != null) {
            timer.cancel(false);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        if (idle) {
            idle = false;
            closeAfter(ctx, limits.request);
        }
        ctx.fireChannelRead(bytes);
    }

    /** So many more bytes of a body are to be kept: whether there is room for them. */
    boolean tryReceive(ChannelHandlerContext ctx, int bytes) {
        return guests.tryReceive(ctx.channel(), bytes);
    }

    /** The request is complete; the answer is on its way. */
    void answering(ChannelHandlerContext ctx) {
        idle = false;
        guests.received(ctx.channel());
        guests.serve(ctx.channel());
        closeAfter(ctx, limits.answer);
    }

    /** The answer is made, and of this length. */
    void sending(ChannelHandlerContext ctx, int bytes) {
        guests.sending(ctx.channel(), bytes);
    }

    /** The answer has been taken; there may be another request. */
    void idle(ChannelHandlerContext ctx) {
        idle = true;
        guests.served(ctx.channel());
        closeAfter(ctx, limits.idle);
    }

    /** The last answer has been taken; the client is to end its side. */
    void farewell(ChannelHandlerContext ctx) {
        idle = false;
        guests.served(ctx.channel());
        closeAfter(ctx, limits.farewell);
    }

    private void closeAfter(ChannelHandlerContext ctx, Duration limit) {
        if (timer != null) {
            timer.cancel(false);
        }
        timer = ctx.executor().schedule(() -> ctx.close(), limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
