package io.outrigger.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.ReadBuffers;
import io.outrigger.proxy.loop.SystemWords;
import io.outrigger.proxy.loop.Wire;
import io.outrigger.proxy.tls.ClientTls;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens connections to the endpoints of one upstream. Immutable. */
public final class Connector {
    private static final ReadBuffers BUFFERS = new ReadBuffers();

    private final Loops loops;
    private final Duration timeout;
    private final @Nullable ClientTls tls; // null where endpoints speak plain HTTP

    /** The timeout is for TCP and TLS together. */
    public Connector(Loops loops, Duration timeout, @Nullable ClientTls tls) {
        this.loops = loops;
        this.timeout = timeout;
        this.tls = tls;
    }

    /** Tells one of the two, on the loop. Gives what ends it before that; then what is told, if anything, is of no use. */
    Runnable connect(
            LoopPool pool,
            NettyLoop loop,
            Endpoint endpoint,
            Consumer<? super ClientConnection> connected,
            Consumer<? super Failure> failed) {
        ClientConnection connection = new ClientConnection(pool, endpoint, loop);
        long start = loop.nanoTime();
        SocketAddress address = endpoint.address();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channel(loops.clientChannel(address))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE))
                .option(ChannelOption.RECVBUF_ALLOCATOR, BUFFERS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Wire.UNSENT)
                // after a failed write the answer is still read: see ClientConnection.exceptionCaught
                .option(ChannelOption.AUTO_CLOSE, false)
                .handler(tls == null ? connection : securing(tls, endpoint));
        if (address instanceof InetSocketAddress) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
        }
        ChannelFuture connecting = bootstrap.connect(loops.forChannel(address));
        connecting.addListener((ChannelFutureListener) future -> {
            if (!loop.inLoop()) { // no socket could be made: Netty tells of that on a thread of its own
                loop.execute(() -> failed.accept(noSocket(endpoint, future.cause())));
            } else if (!future.isSuccess()) {
                failed.accept(failure(endpoint, future.cause()));
            } else if (tls == null) {
                connected.accept(connection);
            } else {
                long left = start + timeout.toNanos() - loop.nanoTime();
                new Handshake(connection, late(endpoint, "complete the TLS handshake"), connected, failed)
                        .await(future.channel(), loop, left);
            }
        });
        Channel channel = connecting.channel();
        return () -> channel.unsafe().close(channel.newPromise()); // without a word, which TLS would wait for
    }

    private static ChannelInitializer<Channel> securing(ClientTls tls, Endpoint endpoint) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                tls.secure(channel, endpoint.authority());
            }
        };
    }

    private Failure failure(Endpoint endpoint, Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return late(endpoint, "accept a connection");
        }
        return Failure.of(Kind.CONNECT_REFUSED, endpoint.name() + ": " + SystemWords.of(cause));
    }

    /** The process has what it may have: no fault of the endpoint's, which was not even asked. */
    private static Failure noSocket(Endpoint endpoint, Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause(); // the rest says which class could not be made
        }
        return Failure.of(Kind.POOL_FULL, "no socket for " + endpoint.name() + ": " + SystemWords.of(cause));
    }

    private Failure late(Endpoint endpoint, String what) {
        return Failure.of(
                Kind.CONNECT_TIMEOUT, endpoint.name() + " did not " + what + " within " + timeout.toMillis() + " ms");
    }
}
