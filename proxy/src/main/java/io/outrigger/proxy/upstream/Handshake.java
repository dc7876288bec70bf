package io.outrigger.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.tls.ClientTls;
import java.util.function.Consumer;

/**
 * The TLS handshake of a new connection, which counts as connecting: until it is over nobody has the connection, and
 * not a byte of a request is in it. Confined to one loop.
 */
final class Handshake {
    private final ClientConnection connection;
    private final Failure timeout;
    private final Consumer<? super ClientConnection> connected;
    private final Consumer<? super Failure> failed;
    private boolean late;

    Handshake(
            ClientConnection connection,
            Failure timeout,
            Consumer<? super ClientConnection> connected,
            Consumer<? super Failure> failed) {
        this.connection = connection;
        this.timeout = timeout;
        this.connected = connected;
        this.failed = failed;
    }

    /** The channel is connected, and what encrypts it is the first of its handlers. */
    void await(Channel channel, NettyLoop loop, long leftNanos) {
        Timer patience = loop.after(leftNanos, () -> {
            late = true;
            channel.unsafe().close(channel.newPromise()); // without a word to whoever does not listen
        });
        channel.pipeline().get(SslHandler.class).handshakeFuture().addListener(done -> {
            patience.cancel();
            if (done.isSuccess()) {
                channel.pipeline().addLast(connection);
                connected.accept(connection);
            } else { // whoever encrypts closes the channel, after an alert
                failed.accept(
                        late ? timeout : ClientTls.failure(connection.endpoint().name(), done.cause()));
            }
        });
    }
}
