package io.outrigger.admin;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A port of the admin server that is open. Shared by all loops. */
public final class AdminPort implements AutoCloseable {
    private static final long LAST_ANSWER_MILLIS = 2000; // also for the one about what ends the connection

    private final Channel listener;
    private final SocketAddress address;
    private final ChannelGroup connections;
    private final Gates gates;

    AdminPort(Channel listener, ChannelGroup connections, Gates gates) {
        this.listener = listener;
        this.gates = gates;
        this.address = listener.localAddress();
        this.connections = connections;
    }

    /** Where it listens, with the port that the system chose where it was asked to. */
    public SocketAddress address() {
        return address;
    }

    /** Lets clients in by other rules, which those who are connected learn when they come again. */
    void renew(Function<SocketAddress, Gate> others) {
        gates.change(others);
        endConnections();
    }

    /** Lets nobody in any more, and ends the connections when there was time for an answer. */
    public void retire() {
        listener.close();
        endConnections();
        deleteSocket();
    }

    private void endConnections() {
        List<Channel> present = List.copyOf(connections);
        listener.eventLoop().schedule(() -> present.forEach(Channel::close), LAST_ANSWER_MILLIS, TimeUnit.MILLISECONDS);
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
        deleteSocket();
    }

    private void deleteSocket() {
        if (address instanceof UnixDomainSocketAddress unix) {
            unix.getPath().toFile().delete(); // or it has been moved away
        }
    }
}
