package io.outrigger.proxy.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.exchange.Loop;
import java.util.concurrent.TimeUnit;

/**
 * Closes a channel that accepts, once nobody is left whom the kernel has let in. Closing it before would reset their
 * connections, which they take for open and may have written a request to; and the channel accepts no more than a few
 * of them at a time. Confined to one loop.
 */
final class Closing extends ChannelInboundHandlerAdapter {
    /** A task that is due later runs right after a look at all connections. */
    static final long A_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long HANDSHAKE_NANOS = TimeUnit.MILLISECONDS.toNanos(200); // from another machine
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1); // where the kernel goes on to let clients in

    private final Channel server;
    private final Loop loop;
    private final boolean nobodyNew; // is heard by the kernel, which finishes what it has begun
    private final long beganNanos;
    private long lastNanos; // when somebody came, or it began
    private boolean came; // since the last look

    private Closing(Channel server, Loop loop, boolean nobodyNew) {
        this.server = server;
        this.loop = loop;
        this.nobodyNew = nobodyNew;
        this.beganNanos = loop.nanoTime();
        this.lastNanos = beganNanos;
    }

    /** @param nobodyNew whether the kernel lets in {@linkplain NoNewcomers no newcomers} */
    static void begin(Channel server, Loop loop, boolean nobodyNew) {
        Closing closing = new Closing(server, loop, nobodyNew);
        server.pipeline().addFirst(closing); // in front of who accepts
        loop.after(A_TURN_NANOS, closing::look);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object client) {
        came = true;
        if (nobodyNew) {
            NoNewcomers.hear((Channel) client);
        }
        context.fireChannelRead(client);
    }

    private void look() {
        long now = loop.nanoTime();
        if (came) {
            came = false;
            lastNanos = now;
        } else if (!nobodyNew || now - lastNanos >= HANDSHAKE_NANOS) {
            server.close();
            return;
        }
        if (now - beganNanos >= LONGEST_NANOS) {
            server.close();
        } else {
            loop.after(A_TURN_NANOS, this::look);
        }
    }
}
