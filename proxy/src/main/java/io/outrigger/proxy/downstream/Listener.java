package io.outrigger.proxy.downstream;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.outrigger.exchange.Failure;
import io.outrigger.filter.observe.ConnectionMeters;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.ReadBuffers;
import io.outrigger.proxy.loop.SystemWords;
import io.outrigger.proxy.loop.Wire;
import io.outrigger.proxy.tls.ServerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Accepts clients at one address, as many as it may, and gives each a connection of its own. Shared by all loops. */
public final class Listener implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final ReadBuffers BUFFERS = new ReadBuffers();

    private final String name;
    private final int most;
    private final ClientLimits limits;
    private final Entrance entrance;
    private final ConnectionMeters meters;
    private final Loops loops;
    private final @Nullable ServerTls tls; // null where clients speak plain HTTP
    private final AtomicInteger open = new AtomicInteger();
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final @Nullable UnixPort unix; // null when it listens on an internet address
    private final Channel server;
    private final SocketAddress address;

    /**
     * Binds the address and begins to accept.
     *
     * @param most the number of clients at once
     * @param tls null where clients speak plain HTTP
     * @throws IOException when the address cannot be bound; the message names it
     */
    public Listener(
            String name,
            SocketAddress address,
            int most,
            ClientLimits limits,
            Entrance entrance,
            ConnectionMeters meters,
            Loops loops,
            @Nullable ServerTls tls)
            throws IOException {
        this.name = name;
        this.most = most;
        this.limits = limits;
        this.entrance = entrance;
        this.meters = meters;
        this.loops = loops;
        this.tls = tls;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, BUFFERS)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Wire.UNSENT)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        accept(client);
                    }
                });
        try {
            this.unix = address instanceof UnixDomainSocketAddress path
                    ? UnixPort.listen(path.getPath(), BACKLOG, loops.epoll())
                    : null;
            this.server = unix == null ? bind(bootstrap, address) : register(bootstrap, unix);
        } catch (IOException e) {
            throw new IOException("listener " + name + ": cannot bind " + text(address) + ": " + SystemWords.of(e), e);
        }
        this.address = unix == null ? server.localAddress() : address;
    }

    private Channel bind(ServerBootstrap bootstrap, SocketAddress where) throws IOException {
        return done(bootstrap
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .bind(where));
    }

    private static Channel register(ServerBootstrap bootstrap, UnixPort port) throws IOException {
        return done(bootstrap.channelFactory(port::channel).register());
    }

    private static Channel done(ChannelFuture future) throws IOException {
        Throwable cause = future.awaitUninterruptibly().cause();
        if (cause != null) {
            throw cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
        }
        return future.channel();
    }

    public String name() {
        return name;
    }

    /** The address with the port that was really bound. */
    public SocketAddress address() {
        return address;
    }

    /** The clients that are connected. */
    public int connections() {
        return open.get();
    }

    /** Accepts no more clients; those that are connected stay. */
    public void stopAccepting() {
        if (unix != null) {
            unix.deleteFile();
        }
        server.close().awaitUninterruptibly();
    }

    /** Ends the connections that wait for a request. */
    public void closeIdle() {
        end(false);
    }

    /** Accepts no more clients, answers requests in flight with a failure, and ends the connections of all. */
    @Override
    public void close() {
        stopAccepting();
        end(true);
        clients.close().awaitUninterruptibly();
    }

    private void end(boolean cut) {
        for (Channel client : clients) {
            ServerConnection connection = client.pipeline().get(ServerConnection.class);
            if (connection != null) { // null when it has just been closed
                connection.end(cut);
            }
        }
    }

    private void accept(Channel client) {
        NettyLoop loop = loops.of(client);
        int index = loop.index();
        meters.opened(index);
        boolean full = open.incrementAndGet() > most;
        client.closeFuture().addListener(_ -> {
            open.decrementAndGet();
            meters.closed(index);
        });
        clients.add(client);
        if (tls != null) {
            tls.secure(client, loop);
        }
        ServerConnection connection = new ServerConnection(entrance, limits, loop);
        client.pipeline().addLast(connection);
        if (full) {
            connection.turnAway(Failure.of(
                    Failure.Kind.CONNECTIONS_FULL, "listener " + name + " has " + most + " connections already"));
        }
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress tcp ? tcp.getHostString() + ':' + tcp.getPort() : "unix:" + address;
    }
}
