package io.outrigger.proxy.trace;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.SystemWords;
import io.outrigger.proxy.tls.ClientTls;
import io.outrigger.proxy.tls.UnusableFile;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
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

    private final Loops loops;
    private final NettyLoop loop;
    private final URI endpoint;
    private final String authority;
    private final Securing securing;
    private @Nullable ClientTls tls; // null before it is needed
    private @Nullable Channel channel; // null when there is none, or it is of no use
    private @Nullable FullHttpRequest unsent; // null when nothing waits for a connection
    private @Nullable Listener listener; // null when nobody waits for an answer
    private @Nullable Timer patience; // likewise

    CollectorConnection(Loops loops, URI endpoint, Securing securing) {
        this.loops = loops;
        this.loop = loops.all().getFirst();
        this.endpoint = endpoint;
        this.authority = endpoint.getHost() + ":" + port(endpoint);
        this.securing = securing;
    }

    private static boolean secured(URI endpoint) {
        return "https".equalsIgnoreCase(endpoint.getScheme());
    }

    private static int port(URI endpoint) {
        return endpoint.getPort() >= 0 ? endpoint.getPort() : secured(endpoint) ? 443 : 80;
    }

    /** Sends a body, which it takes over. One at a time. */
    void post(Map<String, List<String>> fields, ByteBuf body, long withinNanos, Listener then) {
        assert listener == null : "one at a time";
        String path = endpoint.getRawPath() + (endpoint.getRawQuery() == null ? "" : "?" + endpoint.getRawQuery());
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path, body);
        fields.forEach(request.headers()::set);
        request.headers().set(HttpHeaderNames.HOST, authority);
        HttpUtil.setContentLength(request, body.readableBytes());
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
                fresh.pipeline().addLast(new HttpClientCodec(), new Answers());
            }
        };
    }

    private void send(Channel connected) {
        FullHttpRequest request = unsent;
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
    }

    /** Reads answers; of what is in them only the status counts. */
    private final class Answers extends SimpleChannelInboundHandler<HttpObject> {
        private int status;
        private boolean persistent;

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part.decoderResult().isFailure()) {
                failed(context.channel(), "a malformed response");
                return;
            }
            if (part instanceof HttpResponse head) {
                status = head.status().code();
                persistent = HttpUtil.isKeepAlive(head);
            }
            if (part instanceof LastHttpContent && status >= 200 && context.channel() == channel) {
                if (!persistent) {
                    channel = null;
                    context.close();
                }
                end(status < 300 ? "" : "it answers with status " + status);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            failed(context.channel(), "the connection ended without a response");
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failed(context.channel(), SystemWords.of(cause));
        }
    }
}
