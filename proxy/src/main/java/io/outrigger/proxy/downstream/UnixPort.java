package io.outrigger.proxy.downstream;

import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.outrigger.admin.SocketFile;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket that is listened on. Its file comes with it, open to whoever reaches the folder, and goes with it,
 * unless another one has been put in its place. Shared by all loops.
 *
 * <p>Netty could bind by itself, but between binding and listening is where nobody has connected yet and the file gets
 * its permissions; and Netty's epoll channel deletes whatever bears the name when it closes.
 */
final class UnixPort {
    private static final Logger LOG = Logger.getLogger(UnixPort.class.getName());

    private final SocketFile file;
    private final ServerChannel channel;
    private final @Nullable Socket socket; // of the channel; null where it is the JDK's
    private final @Nullable Object identity; // of the file

    private UnixPort(SocketFile file, ServerChannel channel, @Nullable Socket socket) throws IOException {
        this.file = file;
        this.channel = channel;
        this.socket = socket;
        this.identity = file.identity();
    }

    /** Deletes what a process that is gone has left there, binds and listens. The channel has yet to be registered. */
    static UnixPort listen(Path path, int backlog, boolean epoll) throws IOException {
        SocketFile file = new SocketFile(path);
        file.clear();
        if (file.exists()) {
            throw new IOException("Address already in use"); // Netty would delete whatever it is before it binds
        }
        return epoll ? epoll(file, backlog) : new UnixPort(file, nio(file, backlog), null);
    }

    private static UnixPort epoll(SocketFile file, int backlog) throws IOException {
        Socket socket = Socket.newSocketDomain();
        try {
            socket.bind(new DomainSocketAddress(file.path().toString()));
            file.allow(SocketFile.Access.EVERYONE);
            socket.listen(backlog);
            return new UnixPort(file, new EpollServerDomainSocketChannel(socket.intValue(), true), socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static ServerChannel nio(SocketFile file, int backlog) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.bind(UnixDomainSocketAddress.of(file.path()), backlog);
            file.allow(SocketFile.Access.EVERYONE);
            return new NioServerDomainSocketChannel(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    ServerChannel channel() {
        return channel;
    }

    /**
     * Has the kernel let nobody in any more, also who had found the file; those that it has let in are still accepted. To
     * be called on the loop of the channel, while that is open.
     */
    void refuse() {
        deleteFile();
        if (socket != null) {
            try {
                socket.shutdown(true, false);
            } catch (IOException e) {
                LOG.log(Level.INFO, e, () -> file.path() + " may let clients in that nobody accepts");
            }
        }
    }

    /** To be called before the channel is closed, so that nobody else can have bound the path in between. */
    void deleteFile() {
        try {
            file.delete(identity);
        } catch (IOException e) {
            LOG.log(Level.INFO, e, () -> "the socket " + file.path() + " is left behind");
        }
    }
}
