package io.outrigger.proxy.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;

/**
 * Deals with what a connection reads, while the clock of its loop stands still: it is asked about ten times for a
 * request, at 20 ns each, and one piece of work takes a few microseconds. The last one of its connection. No adapter of
 * Netty's, for the reason why {@link io.outrigger.admin.Acceptor} is none. Confined to one loop.
 */
public abstract class Reader implements ChannelInboundHandler {
    protected final NettyLoop loop;

    protected Reader(NettyLoop loop) {
        this.loop = loop;
    }

    /** Takes over a buffer that was read. */
    protected abstract void read(ByteBuf bytes);

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        loop.stopClock();
        try {
            read((ByteBuf) message);
        } finally {
            loop.letClockGo();
        }
    }

    // ---- of no interest, unless one says so

    @Override
    public void handlerAdded(ChannelHandlerContext context) {}

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {}

    @Override
    public void channelRegistered(ChannelHandlerContext context) {}

    @Override
    public void channelUnregistered(ChannelHandlerContext context) {}

    @Override
    public void channelActive(ChannelHandlerContext context) {}

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {}
}
