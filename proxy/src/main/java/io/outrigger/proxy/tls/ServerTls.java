package io.outrigger.proxy.tls;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.outrigger.config.ListenerTlsConfig;
import io.outrigger.exchange.Loop;
import io.outrigger.filter.observe.HandshakeMeters;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** TLS with the clients of one listener. Shared by all loops. */
public final class ServerTls {
    private static final byte[] ANSWER_TO_PLAIN_HTTP = """
            HTTP/1.1 400 Bad Request\r
            content-type: text/plain\r
            content-length: 26\r
            connection: close\r
            \r
            this port speaks TLS only
            """.getBytes(StandardCharsets.US_ASCII);

    private final long handshakeNanos;
    private final HandshakeMeters meters;
    private final LiveContext context;
    private final HandshakeLog log;

    /**
     * @param handshakeNanos how long a client may take
     * @throws UnusableFile when there is nothing to begin with
     */
    public static ServerTls of(String listener, ListenerTlsConfig config, long handshakeNanos, HandshakeMeters meters)
            throws UnusableFile {
        return new ServerTls(listener, config, handshakeNanos, meters, TlsLibrary.best());
    }

    ServerTls(
            String listener, ListenerTlsConfig config, long handshakeNanos, HandshakeMeters meters, TlsLibrary library)
            throws UnusableFile {
        this.handshakeNanos = handshakeNanos;
        this.meters = meters;
        for (HandshakeFailure.Kind kind : HandshakeFailure.Kind.values()) {
            meters.mayFail(kind.label());
        }
        this.log = new HandshakeLog("listener " + listener);
        this.context = new LiveContext(
                "listener " + listener,
                Stream.concat(
                                Stream.of(config.certFile(), config.keyFile()),
                                Stream.of(config.clientCaFile()).flatMap(Optional::stream))
                        .toList(),
                () -> library.server(config));
    }

    /** Follows its files until the returned runnable is run. */
    public Runnable follow(FileWatch watch) {
        return context.follow(watch);
    }

    /** Gives back what it holds; its connections go on. To be called once, when there will be no others. */
    public void release() {
        context.release();
    }

    /** Puts TLS in front of whatever is added to the connection's handlers from now on. To be called on its loop. */
    public void secure(Channel client, Loop loop) {
        SslHandler handler = context.newHandler(client.alloc());
        handler.setHandshakeTimeoutMillis(TimeUnit.NANOSECONDS.toMillis(handshakeNanos));
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                meters.success(loop.index());
            } else {
                failed(client, loop, HandshakeFailure.of(done.cause()));
            }
        });
        client.pipeline().addLast(handler, new TlsEnd());
    }

    private void failed(Channel client, Loop loop, HandshakeFailure why) {
        meters.failure(loop.index(), why.kind().label());
        if (why.kind() == HandshakeFailure.Kind.NOT_TLS) {
            // past the handler that would encrypt it; that one closes the connection after this
            client.pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(ANSWER_TO_PLAIN_HTTP));
        }
        if (why.kind() != HandshakeFailure.Kind.GONE) { // as probes do that only look whether the port is open
            log.failed(client.remoteAddress(), why, loop.nanoTime());
        }
    }
}
