package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.outrigger.proxy.loop.Loops;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the kernel lets in to a socket that is about to be closed. */
class NoNewcomersTest {
    private static final IntegerUnixChannelOption IP_MINTTL = new IntegerUnixChannelOption("least", 0, 21);
    private static final IntegerUnixChannelOption IPV6_MINHOPCOUNT = new IntegerUnixChannelOption("least", 41, 73);

    private final CompletableFuture<Channel> accepted = new CompletableFuture<>();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void whoIsConnectedIsAcceptedAndNobodyElseIsHeard(String host) throws Exception {
        try (Loops loops = new Loops(1, true)) {
            Channel server = bind(loops, host);
            InetSocketAddress address = (InetSocketAddress) server.localAddress();
            try (Socket early = new Socket(address.getAddress(), address.getPort());
                    Socket late = new Socket()) {
                assertThat(NoNewcomers.at(server)).isTrue();
                assertThatThrownBy(() -> late.connect(address, 100)).isInstanceOf(SocketTimeoutException.class);
                server.config().setAutoRead(true);
                early.getOutputStream().write(1);
                assertThat(early.getInputStream().read()).isEqualTo(1);
            }
            server.close().syncUninterruptibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void whoWasOnTheWayInIsHeard(String host) throws Exception {
        try (Loops loops = new Loops(1, true)) {
            Channel server = bind(loops, host);
            InetSocketAddress address = (InetSocketAddress) server.localAddress();
            server.config().setAutoRead(true);
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                Channel own = accepted.get(20, TimeUnit.SECONDS);
                own.config().setOption(IP_MINTTL, 255); // as it has it from the socket that let it in
                if (host.contains(":")) {
                    own.config().setOption(IPV6_MINHOPCOUNT, 255);
                }
                NoNewcomers.hear(own);
                client.getOutputStream().write(1);
                assertThat(client.getInputStream().read()).isEqualTo(1);
            }
            server.close().syncUninterruptibly();
        }
    }

    @Test
    void withoutEpollNothingChanges() throws Exception {
        try (Loops loops = new Loops(1, false)) {
            Channel server = bind(loops, "127.0.0.1");
            InetSocketAddress address = (InetSocketAddress) server.localAddress();
            assertThat(NoNewcomers.at(server)).isFalse();
            new Socket(address.getAddress(), address.getPort()).close();
            server.close().syncUninterruptibly();
        }
    }

    private Channel bind(Loops loops, String host) {
        return new ServerBootstrap()
                .group(loops.group())
                .channelFactory(loops::serverChannel)
                .option(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        accepted.complete(context.channel());
                    }

                    @Override
                    public void channelRead(ChannelHandlerContext context, Object bytes) {
                        context.writeAndFlush(bytes);
                    }
                })
                .bind(new InetSocketAddress(host, 0))
                .syncUninterruptibly()
                .channel();
    }
}
