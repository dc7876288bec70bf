package io.outrigger.proxy.loop;

import io.netty.channel.embedded.EmbeddedChannel;

/** Makes the loop of a channel that only a test turns. */
public final class EmbeddedLoop {
    private EmbeddedLoop() {}

    public static NettyLoop of(EmbeddedChannel channel) {
        return new NettyLoop(0, channel.eventLoop(), 1);
    }
}
