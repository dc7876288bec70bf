package io.outrigger.proxy.loop;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelProgressivePromise;
import io.netty.handler.ssl.SslHandler;
import io.outrigger.exchange.Attempt;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether the kernel has taken a byte of what was written, which nothing else tells after a write has failed. It
 * is the promise of the first write of each request: never kept, so that it serves for the next request as well.
 * Confined to one loop.
 */
public final class Handover extends DefaultChannelProgressivePromise {
    private @Nullable Attempt awaiting; // null unless the first byte of its request has yet to be taken
    private @Nullable ChannelPromise covered; // under TLS: whose place this took; null otherwise

    /** For one connection, to whose handlers {@code last} was added last. */
    public Handover(ChannelHandlerContext last) {
        super(last.channel());
        if (last.pipeline().get(SslHandler.class) != null) {
            last.pipeline().addFirst(new UnderTls()); // a record that was begun is as much as one that was sent
        }
    }

    /** The request of an attempt is about to be written, which begins when a byte of it has been taken. */
    public void await(Attempt next) {
        awaiting = next;
    }

    /** Whether not a byte of the last request has been taken. */
    public boolean awaited() {
        return awaiting != null;
    }

    private void taken() {
        Attempt attempt = awaiting;
        if (attempt != null) {
            awaiting = null;
            attempt.begin();
        }
    }

    // ---- from the buffer of the channel

    @Override
    public boolean setUncancellable() {
        return true;
    }

    @Override
    public boolean tryProgress(long progress, long total) {
        taken();
        return true;
    }

    @Override
    public boolean trySuccess(@Nullable Void result) {
        taken();
        ChannelPromise other = covered;
        if (other != null) {
            covered = null;
            other.trySuccess();
        }
        return true;
    }

    /** Told to the handlers, as it is where nobody makes a promise. */
    @Override
    public boolean tryFailure(Throwable cause) {
        ChannelPromise other = covered;
        if (other != null) {
            covered = null;
            other.tryFailure(cause);
        } else if (channel().isRegistered()) {
            channel().pipeline().fireExceptionCaught(cause);
        }
        return true;
    }

    /** Looks at what TLS makes of what is written, which may be several writes, or a part of one. Confined to one loop. */
    private final class UnderTls extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (awaiting == null || covered != null) {
                ctx.write(message, promise);
            } else {
                covered = promise;
                ctx.write(message, Handover.this);
            }
        }
    }
}
