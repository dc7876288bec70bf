package io.outrigger.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.ReadBuffers;
import io.outrigger.proxy.loop.SystemWords;
import java.time.Duration;
import java.util.function.Consumer;

/** Opens connections to the endpoints of one upstream. Immutable. */
public final class Connector {
    private static final ReadBuffers BUFFERS = new ReadBuffers();

    private final Class<? extends Channel> channel;
    private final Duration timeout;

    public Connector(Class<? extends Channel> channel, Duration timeout) {
        this.channel = channel;
        this.timeout = timeout;
    }

    /** Tells one of the two, on the loop, and later than this returns. */
    void connect(
            LoopPool pool,
            NettyLoop loop,
            Endpoint endpoint,
            Consumer<? super ClientConnection> connected,
            Consumer<? super Failure> failed) {
        ClientConnection connection = new ClientConnection(pool, endpoint, loop);
        ChannelFuture attempt = new Bootstrap()
                .group(loop.eventLoop())
                .channel(channel)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE))
                .option(ChannelOption.RECVBUF_ALLOCATOR, BUFFERS)
                // after a failed write the answer is still read: see ClientConnection.exceptionCaught
                .option(ChannelOption.AUTO_CLOSE, false)
                .handler(connection)
                .connect(endpoint.address());
        attempt.addListener((ChannelFutureListener) future -> {
            if (future.isSuccess()) {
                connected.accept(connection);
            } else {
                failed.accept(failure(endpoint, future.cause()));
            }
        });
    }

    private Failure failure(Endpoint endpoint, Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return Failure.of(
                    Kind.CONNECT_TIMEOUT,
                    endpoint.name() + " did not accept a connection within " + timeout.toMillis() + " ms");
        }
        return Failure.of(Kind.CONNECT_REFUSED, endpoint.name() + ": " + SystemWords.of(cause));
    }
}
