package io.outrigger.admin;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.TimeUnit;

/** A port of the admin server that is open. Shared by all loops. */
public final class AdminPort implements AutoCloseable {
    private final Channel listener;
    private final SocketAddress address;
    private final ChannelGroup connections;

    AdminPort(Channel listener, ChannelGroup connections) {
        this.listener = listener;
        this.address = listener.localAddress();
        this.connections = connections;
    }

    /** Where it listens, with the port that the system chose where it was asked to. */
    public SocketAddress address() {
        return address;
    }

    /** Closes the port and its connections, and waits for it. Not to be called on the admin thread. */
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        connections.close().awaitUninterruptibly();
        if (!listener.eventLoop().isShuttingDown()) {
            // The JDK gives the port back only when the loop selects again, which it does before a later task.
            listener.eventLoop().schedule(() -> {}, 1, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        }
        if (address instanceof UnixDomainSocketAddress unix) {
            unix.getPath().toFile().delete(); // or it has been moved away
        }
    }
}
