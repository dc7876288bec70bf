package io.outrigger.proxy.loop;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** All event loops of the process, on native epoll where it is to be had and on NIO elsewhere. Shared by all loops. */
public final class Loops implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group;
    private final boolean epoll;
    private final Map<EventExecutor, NettyLoop> loops = new IdentityHashMap<>();
    private final List<NettyLoop> byIndex = new ArrayList<>();

    /**
     * Starts the threads when they are first used.
     *
     * @param count the number of loops
     * @param nativeTransport whether to take epoll where it is to be had
     */
    public Loops(int count, boolean nativeTransport) {
        this(count, nativeTransport, "outrigger-loop");
    }

    /** The same, for threads of another name. */
    public Loops(int count, boolean nativeTransport, String name) {
        this.epoll = nativeTransport && Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollThatKeeps.factory() : NioIoHandler.newFactory();
        this.group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name, true), io);
        SplittableRandom seeds = new SplittableRandom(seed());
        for (EventExecutor executor : group) {
            NettyLoop loop = new NettyLoop(byIndex.size(), (EventLoop) executor, seeds.nextLong());
            loops.put(executor, loop);
            byIndex.add(loop);
        }
    }

    /** From the system's own source where it has one: SecureRandom looks through its providers first, for 20 ms. */
    private static long seed() {
        try (InputStream source = Files.newInputStream(Path.of("/dev/urandom"))) {
            return ByteBuffer.wrap(source.readNBytes(Long.BYTES)).getLong();
        } catch (IOException | BufferUnderflowException e) {
            return new SecureRandom().nextLong();
        }
    }

    /** The loop of a channel that is registered with this group. */
    public NettyLoop of(Channel channel) {
        NettyLoop loop = loops.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("channel of another group: " + channel);
        }
        return loop;
    }

    /** In the order of their indexes. */
    public List<NettyLoop> all() {
        return List.copyOf(byIndex);
    }

    public int count() {
        return byIndex.size();
    }

    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    public boolean epoll() {
        return epoll;
    }

    /** {@code epoll} or {@code nio}. */
    public String transport() {
        return epoll ? "epoll" : "nio";
    }

    /** A channel for an internet address, which is not bound yet. */
    public ServerChannel serverChannel() {
        return epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
    }

    /** What reaches such an address. */
    public Class<? extends Channel> clientChannel(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
        }
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** The address as the channels of this transport want to have it. */
    public SocketAddress forChannel(SocketAddress address) {
        return epoll && address instanceof UnixDomainSocketAddress unix
                ? new DomainSocketAddress(unix.getPath().toString())
                : address;
    }

    /** Stops all loops, and waits a few seconds at most until their threads have ended. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
