package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AcceptorTest {
    private static final int PATIENCE_SECONDS = 20;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final NioServerSocketChannel server = new NioServerSocketChannel();
    private final BlockingQueue<Throwable> troubles = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        server.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private Acceptor acceptor(Consumer<Channel> arrived) {
        return new Acceptor(loops, arrived, troubles::add);
    }

    private void bind(Consumer<Channel> arrived) throws IOException {
        acceptor(arrived).bind(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), server.localAddress().getPort());
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return socket;
    }

    private static Consumer<Channel> echo() {
        return channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) {
                context.writeAndFlush(
                        context.alloc().buffer().writeBytes("welcome".getBytes(StandardCharsets.US_ASCII)));
            }

            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                context.writeAndFlush(bytes);
            }
        });
    }

    @Test
    void aConnectionArrivesBeforeItIsActiveAndRead() throws Exception {
        bind(echo());
        try (Socket client = connect()) {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(12)).asString().isEqualTo("welcomehello");
        }
        assertThat(troubles).isEmpty();
    }

    @Test
    void itArrivesOnItsOwnLoop() throws Exception {
        BlockingQueue<Boolean> inLoop = new LinkedBlockingQueue<>();
        bind(channel -> inLoop.add(channel.eventLoop().inEventLoop()));
        try (Socket _ = connect();
                Socket _ = connect()) {
            assertThat(inLoop.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(inLoop.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void oneThatCannotBePreparedIsClosed() throws Exception {
        BlockingQueue<Channel> ended = new LinkedBlockingQueue<>();
        bind(channel -> {
            channel.closeFuture().addListener(_ -> ended.add(channel)); // by which listeners count their clients
            throw new IllegalStateException("no room");
        });
        try (Socket client = connect()) {
            assertThat(ends(client)).isTrue();
            assertThat(ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
        }
    }

    private static boolean ends(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void whenItCannotAcceptItTellsAndTriesAgainLater() throws Exception {
        bind(echo());
        IOException many = new IOException("too many open files");
        server.pipeline().fireExceptionCaught(many);
        assertThat(troubles.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(many);
        try (Socket client = connect()) { // the kernel has it meanwhile
            assertThat(client.getInputStream().readNBytes(7)).asString().isEqualTo("welcome");
        }
        assertThat(server.config().isAutoRead()).isTrue();
    }

    @Test
    void anAddressThatIsTakenIsAnErrorAndLeavesNothingOpen() throws Exception {
        bind(echo());
        NioServerSocketChannel second = new NioServerSocketChannel();
        assertThatThrownBy(() -> acceptor(echo()).bind(second, server.localAddress()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Address already in use");
        second.closeFuture().awaitUninterruptibly();
        assertThat(second.isOpen()).isFalse();
    }
}
