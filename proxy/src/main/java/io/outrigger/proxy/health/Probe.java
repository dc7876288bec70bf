package io.outrigger.proxy.health;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandler;
import io.outrigger.config.HealthCheckConfig;
import io.outrigger.config.key.Durations;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.http1.HeadBuffer;
import io.outrigger.proxy.http1.HeadLimits;
import io.outrigger.proxy.http1.ResponseHead;
import io.outrigger.proxy.http1.ResponseScanner;
import io.outrigger.proxy.http1.Workbench;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.SystemWords;
import io.outrigger.proxy.tls.ClientTls;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Asks one endpoint once for its health, on a connection of its own: connecting, TLS, request and the head of the
 * response within the timeout. What the head does not say is not read. Confined to one loop.
 */
final class Probe extends ChannelInboundHandlerAdapter {
    /**
     * What came of it. Immutable.
     *
     * @param asked whether the endpoint had a chance to answer
     */
    record Result(boolean asked, boolean good, String what) {}

    /** Is told once. */
    @FunctionalInterface
    interface Listener {
        void told(Result result);
    }

    private final NettyLoop loop;
    private final HealthCheckConfig config;
    private final Endpoint endpoint;
    private final @Nullable ClientTls tls; // null where endpoints speak plain HTTP
    private final Listener listener;
    private final HeadBuffer inbox = new HeadBuffer();
    private @Nullable Timer patience; // null before it begins
    private @Nullable Channel channel; // likewise
    private boolean over;
    private boolean hard; // whether the connection ends without a word, as the other side does not listen

    Probe(NettyLoop loop, HealthCheckConfig config, Endpoint endpoint, @Nullable ClientTls tls, Listener listener) {
        this.loop = loop;
        this.config = config;
        this.endpoint = endpoint;
        this.tls = tls;
        this.listener = listener;
    }

    void begin(Loops loops) {
        patience = loop.after(config.timeout().toNanos(), this::tooLate);
        SocketAddress address = endpoint.address();
        var connecting = new Bootstrap()
                .group(loop.eventLoop())
                .channel(loops.clientChannel(address))
                .handler(tls == null ? this : securing(tls))
                .connect(loops.forChannel(address));
        channel = connecting.channel();
        connecting.addListener((ChannelFutureListener) connected -> {
            if (!loop.inLoop()) { // there was no socket at all
                loop.execute(() -> notConnected(false, connected.cause()));
            } else if (!connected.isSuccess()) {
                notConnected(true, connected.cause());
            } else if (tls == null) {
                ask(connected.channel());
            } else {
                secured(connected.channel());
            }
        });
    }

    private void notConnected(boolean asked, Throwable why) {
        channel = null; // it has been closed, or has never been
        end(asked, false, SystemWords.of(why));
    }

    private ChannelInitializer<Channel> securing(ClientTls its) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel fresh) {
                its.secure(fresh, endpoint.authority());
            }
        };
    }

    private void secured(Channel connected) {
        connected.pipeline().get(SslHandler.class).handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                connected.pipeline().addLast(this);
                ask(connected);
            } else {
                end(false, ClientTls.failure(endpoint.name(), done.cause()).detail());
            }
        });
    }

    private void ask(Channel connected) {
        String head = "GET " + config.path() + " HTTP/1.1\r\nhost: " + endpoint.authority()
                + "\r\nuser-agent: outrigger-health-check\r\naccept: */*\r\nconnection: close\r\n\r\n";
        ByteBuf bytes = connected.alloc().buffer(head.length());
        bytes.writeCharSequence(head, StandardCharsets.ISO_8859_1);
        connected.writeAndFlush(bytes);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        if (over) {
            bytes.release();
            return;
        }
        inbox.add(bytes, context.alloc());
        while (!over && parse()) {
            // one interim response after the other, then the final one
        }
    }

    /** Tells whether a whole head was there. */
    private boolean parse() {
        ResponseScanner scanner = Workbench.current().response(inbox, HeadLimits.UPSTREAM);
        if (scanner == null) {
            return false;
        }
        if (scanner.failure() != null) {
            end(false, "malformed response: " + scanner.failure().detail());
            return false;
        }
        ResponseHead head = scanner.head();
        if (head != null && (head.status() >= 200 || head.status() == 101)) {
            end(config.statuses().contains(head.status()), "status " + head.status());
        }
        return head != null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(false, SystemWords.of(cause));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(false, "the connection ended without a response");
    }

    private void tooLate() {
        hard = true;
        end(false, "no answer within " + Durations.format(config.timeout()));
    }

    /** Nobody waits for it any more. */
    void abandon() {
        over = true;
        hard = true;
        release();
    }

    private void end(boolean good, String what) {
        end(true, good, what);
    }

    private void end(boolean asked, boolean good, String what) {
        if (!over) {
            over = true;
            release();
            listener.told(new Result(asked, good, what));
        }
    }

    private void release() {
        inbox.release();
        if (patience != null) {
            patience.cancel();
        }
        if (channel != null && channel.isRegistered()) {
            if (hard) {
                channel.unsafe().close(channel.voidPromise());
            } else {
                channel.close();
            }
        }
    }
}
