package io.outrigger.proxy.trace;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.ReadBuffers;
import io.outrigger.proxy.loop.SystemWords;
import io.outrigger.proxy.tls.ClientTls;
import io.outrigger.proxy.tls.UnusableFile;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a collector, for one request after the other: connecting, TLS, request and response within a time
 * limit. It is made when it is needed and kept as long as the collector keeps it. Confined to one loop.
 *
 * <p>The JDK's client would do, and cost a sidecar 10 MB: three threads, and 700 classes, most of TLS also without it.
 */
final class CollectorConnection {
    /** Makes what speaks TLS, once it is needed. */
    interface Securing {
        ClientTls make() throws UnusableFile;
    }

    /** Is told once: nothing when the answer was a 2xx, else why not. */
    @FunctionalInterface
    interface Listener {
        void told(String why);
    }

    private static final ReadBuffers BUFFERS = new ReadBuffers(); // as the loops have them, so their code is compiled
    private static final int MOST_DIGITS = 16; // of a length, with what ends the head

    private final Loops loops;
    private final NettyLoop loop;
    private final URI endpoint;
    private final String authority;
    private final byte[] head; // of each request, up to the length of its body
    private final Securing securing;
    private final MessageBuffer messages = new MessageBuffer();
    private @Nullable ClientTls tls; // null before it is needed
    private @Nullable Channel channel; // null when there is none, or it is of no use
    private @Nullable ByteBuf unsent; // null when nothing waits for a connection
    private @Nullable Listener listener; // null when nobody waits for an answer
    private @Nullable Timer patience; // likewise

    /** @param fields what each request is to have beside those of HTTP itself */
    CollectorConnection(Loops loops, URI endpoint, Securing securing, Map<String, String> fields) {
        this.loops = loops;
        this.loop = loops.all().getFirst();
        this.endpoint = endpoint;
        this.authority = endpoint.getHost() + ":" + port(endpoint);
        this.securing = securing;
        StringBuilder text = new StringBuilder("POST ").append(endpoint.getRawPath());
        if (endpoint.getRawQuery() != null) {
            text.append('?').append(endpoint.getRawQuery());
        }
        text.append(" HTTP/1.1\r\nhost: ").append(authority).append("\r\n");
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        head = text.append("content-length: ").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean secured(URI endpoint) {
        return "https".equalsIgnoreCase(endpoint.getScheme());
    }

    private static int port(URI endpoint) {
        return endpoint.getPort() >= 0 ? endpoint.getPort() : secured(endpoint) ? 443 : 80;
    }

    /** A request but for its body of that many bytes, which is to be written behind it. */
    ByteBuf request(int bodyBytes) {
        ByteBuf request = messages.take(head.length + MOST_DIGITS + bodyBytes);
        request.writeBytes(head);
        ByteBufUtil.writeAscii(request, bodyBytes + "\r\n\r\n");
        return request;
    }

    /** Sends a request, which it takes over. One at a time. */
    void post(ByteBuf request, long withinNanos, Listener then) {
        assert listener == null : "one at a time";
        listener = then;
        unsent = request;
        patience = loop.after(withinNanos, () -> {
            abandon();
            end("no answer within " + TimeUnit.NANOSECONDS.toMillis(withinNanos) + " ms");
        });
        if (channel != null) {
            send(channel);
            return;
        }
        try {
            connect();
        } catch (RuntimeException | Error e) {
            abandon();
            end("no connection can be made: " + SystemWords.of(e));
        }
    }

    private void connect() {
        if (secured(endpoint) && tls == null) {
            try {
                tls = securing.make();
            } catch (UnusableFile e) {
                end(String.valueOf(e.getMessage()));
                return;
            }
        }
        String host = endpoint.getHost();
        SocketAddress address = InetSocketAddress.createUnresolved(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port(endpoint));
        var connecting = new Bootstrap()
                .group(loop.eventLoop())
                .channel(loops.clientChannel(address))
                .option(ChannelOption.RECVBUF_ALLOCATOR, BUFFERS)
                .handler(handlers())
                .connect(address);
        channel = connecting.channel();
        connecting.addListener((ChannelFutureListener) connected -> {
            if (loop.inLoop()) {
                connected(connected);
            } else { // there was no socket at all
                loop.execute(() -> connected(connected));
            }
        });
    }

    private void connected(ChannelFuture connected) {
        if (!connected.isSuccess()) {
            failed(connected.channel(), SystemWords.of(connected.cause()));
        } else if (!secured(endpoint)) {
            send(connected.channel());
        }
    }

    private ChannelInitializer<Channel> handlers() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel fresh) {
                if (tls != null) {
                    tls.secure(fresh, authority);
                    fresh.pipeline().get(SslHandler.class).handshakeFuture().addListener(done -> {
                        if (done.isSuccess()) {
                            send(fresh);
                        } else {
                            failed(
                                    fresh,
                                    ClientTls.failure(authority, done.cause()).detail());
                        }
                    });
                }
                fresh.pipeline().addLast(new CollectorAnswers(loop, new Answers()));
            }
        };
    }

    private void send(Channel connected) {
        ByteBuf request = unsent;
        if (connected == channel && request != null) {
            unsent = null;
            connected.writeAndFlush(request);
        }
    }

    private void failed(Channel its, String why) {
        if (its == channel) {
            abandon();
            end(why);
        }
    }

    private void abandon() {
        Channel its = channel;
        channel = null;
        if (its != null && its.isRegistered()) {
            its.unsafe().close(its.voidPromise()); // past the handlers, of which TLS would wait for the other side
        }
    }

    private void end(String why) {
        Listener waits = listener;
        listener = null;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
        if (waits != null) {
            waits.told(why);
        }
    }

    void close() {
        Channel its = channel;
        channel = null;
        if (its != null) {
            its.close();
        }
        end("closed");
        messages.release();
    }

    /** What comes of the answers. Confined to one loop. */
    private final class Answers implements CollectorAnswers.Listener {
        @Override
        public void answered(ChannelHandlerContext context, int status, boolean kept) {
            if (context.channel() != channel) {
                return;
            }
            if (!kept || listener == null) { // who answers unasked is not to answer the next batch
                channel = null;
                context.close();
            }
            end(status < 300 ? "" : "it answers with status " + status);
        }

        @Override
        public void failed(ChannelHandlerContext context, String why) {
            CollectorConnection.this.failed(context.channel(), why);
        }
    }
}
