package io.outrigger.proxy.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.outrigger.admin.Acceptor;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Accepts clients at one address, as many as it may, and gives each a connection of its own. Shared by all loops. */
public final class Listener implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Listener.class.getName());
    private static final int BACKLOG = 4096;
    private static final ReadBuffers BUFFERS = new ReadBuffers();

    /**
     * What a reload may change while clients are connected. Immutable.
     *
     * @param most the number of clients at once
     * @param tls null where clients speak plain HTTP
     */
    public record Terms(
            String name,
            int most,
            ClientLimits limits,
            @Nullable ServerTls tls) {}

    private volatile Terms terms;
    private final Entrance entrance;
    private final ConnectionMeters meters;
    private final Loops loops;
    private final AtomicInteger open = new AtomicInteger();
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final @Nullable UnixPort unix; // null when it listens on an internet address
    private final Channel server;
    private final SocketAddress address;
    private volatile boolean accepting = true; // false from when that fails until a client is accepted

    /**
     * Binds the address. Clients who come before {@link #begin} wait.
     *
     * @throws IOException when the address cannot be bound; the message names it
     */
    public Listener(SocketAddress address, Terms terms, Entrance entrance, ConnectionMeters meters, Loops loops)
            throws IOException {
        this.terms = terms;
        this.entrance = entrance;
        this.meters = meters;
        this.loops = loops;
        Acceptor acceptor = new Acceptor(loops.group(), this::accept, this::cannotAccept);
        try {
            this.unix = address instanceof UnixDomainSocketAddress path
                    ? UnixPort.listen(path.getPath(), BACKLOG, loops.epoll())
                    : null;
            this.server = unix == null ? bind(acceptor, address) : register(acceptor, unix);
        } catch (IOException e) {
            throw new IOException(
                    "listener " + terms.name + ": cannot bind " + text(address) + ": " + SystemWords.of(e), e);
        }
        this.address = unix == null ? server.localAddress() : address;
    }

    private Channel bind(Acceptor acceptor, SocketAddress where) throws IOException {
        ServerChannel channel = loops.serverChannel();
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        acceptor.bind(channel, where);
        return channel;
    }

    private static Channel register(Acceptor acceptor, UnixPort port) throws IOException {
        port.channel().config().setAutoRead(false);
        acceptor.register(port.channel());
        return port.channel();
    }

    /** Accepts clients from now on. */
    public void begin() {
        server.config().setAutoRead(true);
    }

    private void cannotAccept(Throwable cause) {
        if (accepting) {
            accepting = false;
            LOG.warning(() -> "listener " + name() + ": cannot accept clients, and tries again every second: "
                    + SystemWords.of(cause));
        }
    }

    /**
     * Has other terms from now on. Clients who are connected stay, as they are as to TLS, and are held to the new limits
     * from their next request on.
     */
    public void change(Terms other) {
        terms = other;
    }

    public String name() {
        return terms.name;
    }

    /** The address with the port that was really bound. */
    public SocketAddress address() {
        return address;
    }

    /** The clients that are connected. */
    public int connections() {
        return open.get();
    }

    /** Begins to let nobody in any more; those that are connected stay. */
    public void stopAccepting() {
        server.eventLoop().execute(() -> {
            if (server.isOpen()) {
                stop();
            }
        });
    }

    private void stop() {
        boolean nobodyNew = unix == null && NoNewcomers.at(server);
        if (unix != null) {
            unix.refuse();
        }
        Closing.begin(server, loops.of(server), nobodyNew);
    }

    /** Waits until nobody is let in any more, and everyone who was is connected. */
    public void awaitStopped() {
        server.closeFuture().awaitUninterruptibly();
        for (NettyLoop loop : loops.all()) { // where who was accepted on another may not have arrived yet
            loop.eventLoop()
                    .schedule(
                            () -> {}, Closing.A_TURN_NANOS, TimeUnit.NANOSECONDS) // NIO frees the address as it selects
                    .awaitUninterruptibly();
        }
    }

    /**
     * Ends the connections that wait for a request; one that was written before is read first, and who has come just now
     * may still ask. All others end when they are answered, while the {@link Entrance} says that it is draining.
     */
    public void closeIdle() {
        for (Client client : present()) {
            client.loop().schedule(client.connection::leave, Closing.A_TURN_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** Accepts no more clients, answers requests in flight with a failure, and ends the connections of all. */
    @Override
    public void close() {
        if (server.isOpen()) {
            if (unix != null) {
                unix.deleteFile();
            }
            server.close().awaitUninterruptibly();
        }
        present().forEach(client -> client.connection.cutShort());
        clients.close().awaitUninterruptibly();
    }

    private record Client(Channel channel, ServerConnection connection) {
        EventLoop loop() {
            return channel.eventLoop();
        }
    }

    private List<Client> present() {
        List<Client> all = new ArrayList<>();
        for (Channel client : clients) {
            ServerConnection connection = client.pipeline().get(ServerConnection.class);
            if (connection != null) { // null when it has just been closed
                all.add(new Client(client, connection));
            }
        }
        return all;
    }

    private void accept(Channel client) {
        accepting = true;
        NettyLoop loop = loops.of(client);
        int index = loop.index();
        meters.opened(index);
        Terms now = terms;
        boolean full = open.incrementAndGet() > now.most;
        client.closeFuture().addListener(_ -> {
            open.decrementAndGet();
            meters.closed(index);
        });
        clients.add(client);
        client.config().setRecvByteBufAllocator(BUFFERS);
        client.config().setWriteBufferWaterMark(Wire.UNSENT);
        if (unix == null) {
            client.config().setOption(ChannelOption.TCP_NODELAY, true);
        }
        if (now.tls != null) {
            now.tls.secure(client, loop);
        }
        ServerConnection connection = new ServerConnection(entrance, () -> terms.limits, loop);
        client.pipeline().addLast(connection);
        if (full) {
            connection.turnAway(Failure.of(
                    Failure.Kind.CONNECTIONS_FULL,
                    "listener " + now.name + " has " + now.most + " connections already"));
        }
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress tcp ? tcp.getHostString() + ':' + tcp.getPort() : "unix:" + address;
    }
}
