package io.outrigger.proxy.loop;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One of our ends of a connection: whether it is read, and the ways in which it comes to an end. Confined to one loop. */
public final class Wire {
    private static final Logger LOG = Logger.getLogger(Wire.class.getName());

    /** What may wait for a slow peer: the largest piece that was read, or several small ones, but not more of them. */
    public static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(8 * 1024, 16 * 1024);

    private final ChannelHandlerContext ctx;
    private final boolean secured;

    /** TLS has its place before this in the pipeline, or is not spoken. */
    public Wire(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        this.secured = ctx.pipeline().get(SslHandler.class) != null;
    }

    public ChannelHandlerContext context() {
        return ctx;
    }

    /** Whether TLS is spoken with the peer. */
    public boolean secured() {
        return secured;
    }

    /** Whether the peer can be shown an error in the place of an end; on a Unix socket it cannot. */
    public boolean canReset() {
        SocketAddress address = ctx.channel().localAddress();
        return !(address instanceof DomainSocketAddress || address instanceof UnixDomainSocketAddress);
    }

    /** Whether the peer takes what is written, or what was written has to wait. */
    public boolean writable() {
        return ctx.channel().isWritable();
    }

    public boolean reading() {
        return ctx.channel().config().isAutoRead();
    }

    /** Reads what comes from now on, or leaves it with the kernel. */
    public void reading(boolean on) {
        if (reading() != on) {
            ctx.channel().config().setAutoRead(on);
        }
    }

    /** What the peer has said is read at the pace that is wanted, also once it has ended its side; its end comes last. */
    public void readAtItsPace() {
        EpollThatKeeps.readAtItsPace(ctx.channel());
    }

    /** The peer may end its side and still be written to. */
    public void allowHalfClose() {
        readAtItsPace();
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** Ends our side after what was written; the peer may go on. */
    public void endOutput(Runnable then) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            if (tls == null) {
                shutDownOutput(then);
            } else {
                tls.closeOutbound().addListener(_ -> shutDownOutput(then)); // the peer is told inside TLS as well
            }
        });
    }

    private void shutDownOutput(Runnable then) {
        Channel channel = ctx.channel();
        if (channel.isActive()) {
            if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
            then.run();
        }
    }

    public void closeAfterFlush() {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes at once because of an error; one that is not the network's is told, as a bug of ours unless memory ran out. */
    public void close(Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            LOG.warning(() -> "connection with " + ctx.channel().remoteAddress() + " closed: " + cause.getMessage());
        } else if (!(cause instanceof IOException)) {
            LOG.log(Level.SEVERE, "connection with " + ctx.channel().remoteAddress() + " closed by a bug", cause);
        }
        close();
    }

    /** Closes at once; what was written before is sent as far as the peer takes it. */
    public void close() {
        ctx.flush();
        ctx.close();
    }

    /** Closes at once, without what was written and not sent before. */
    public void abandon() {
        ctx.channel().unsafe().close(ctx.newPromise()); // past the handlers, of which TLS would send first
    }

    /**
     * Closes at once, after what was written before, so that the peer sees an error instead of an end: under TLS
     * without a close_notify, too.
     */
    public void reset() {
        ctx.flush();
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        ctx.channel().unsafe().close(ctx.newPromise()); // past the handlers, of which TLS would announce the end
    }
}
