package io.outrigger.proxy.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.outrigger.admin.QuietHandler;

/**
 * Deals with what a connection reads, while the clock of its loop stands still: it is asked about ten times for a
 * request, at 20 ns each, and one piece of work takes a few microseconds. Confined to one loop.
 */
public abstract class Reader extends QuietHandler {
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
}
