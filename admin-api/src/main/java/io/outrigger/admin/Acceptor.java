package io.outrigger.admin;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes in the connections that come to a listening channel, each on a loop of its own. In place of Netty's
 * ServerBootstrap, for the reason that {@link QuietHandler} gives. Confined to one loop.
 */
public final class Acceptor extends QuietHandler {
    private static final long REST_SECONDS = 1; // when no more can be accepted: too many files are open, mostly

    private final EventLoopGroup loops;
    private final Consumer<? super Channel> arrived;
    private final Consumer<? super Throwable> trouble;

    /**
     * @param loops of the connections
     * @param arrived is given each connection, on its loop, before anything has been read of it
     * @param trouble is told when one could not be accepted; that is tried again after a second
     */
    public Acceptor(EventLoopGroup loops, Consumer<? super Channel> arrived, Consumer<? super Throwable> trouble) {
        this.loops = loops;
        this.arrived = arrived;
        this.trouble = trouble;
    }

    /**
     * Has a channel that is bound and listens be accepted from, on one of the loops.
     *
     * @throws IOException when it cannot be registered; the channel is closed then
     */
    public void register(ServerChannel server) throws IOException {
        server.pipeline().addLast(this);
        done(server, loops.register(server));
    }

    /**
     * Binds a channel, and has it be accepted from likewise.
     *
     * @throws IOException when the address cannot be bound; the channel is closed then
     */
    public void bind(ServerChannel server, SocketAddress address) throws IOException {
        register(server);
        done(server, server.bind(address));
    }

    private static void done(ServerChannel server, ChannelFuture future) throws IOException {
        Throwable cause = future.awaitUninterruptibly().cause();
        if (cause != null) {
            if (server.isRegistered()) {
                server.close();
            } else {
                server.unsafe().closeForcibly();
            }
            throw cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel connection = (Channel) message;
        connection.pipeline().addLast(new Arrival());
        loops.register(connection).addListener(registered -> {
            if (!registered.isSuccess()) {
                connection.unsafe().closeForcibly();
            }
        });
    }

    @Override
    @SuppressWarnings("deprecation") // for handlers of what is sent
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channel server = context.channel();
        if (server.config().isAutoRead()) {
            server.config().setAutoRead(false);
            context.executor().schedule(() -> server.config().setAutoRead(true), REST_SECONDS, TimeUnit.SECONDS);
        }
        trouble.accept(cause);
    }

    /** What a connection has until it is on its loop. Confined to one loop. */
    private final class Arrival implements ChannelHandler {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().remove(this);
            try {
                arrived.accept(context.channel());
            } catch (RuntimeException | Error bug) {
                context.channel().close(); // so that whoever waits for its end learns of it
                throw bug;
            }
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {}

        @Override
        @SuppressWarnings("deprecation") // likewise
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.fireExceptionCaught(cause);
        }
    }
}
