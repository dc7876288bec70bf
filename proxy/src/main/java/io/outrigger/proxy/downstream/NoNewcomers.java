package io.outrigger.proxy.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.logging.Logger;

/**
 * Has the kernel ignore whoever wants to connect to a listening TCP socket, while it finishes the connections that it
 * has begun. Who is ignored asks again after a second, and is refused when the socket is closed by then. So no
 * connection comes about between the last look at who has come and the closing, which would reset it. Immutable.
 *
 * <p>Packets whose time to live is below the least that a socket takes (ip(7), IP_MINTTL; IPV6_MINHOPCOUNT) are dropped,
 * and hardly any are sent with the most that there is. Those that finish a handshake are not looked at in this way.
 */
final class NoNewcomers {
    private static final Logger LOG = Logger.getLogger(NoNewcomers.class.getName());
    private static final IntegerUnixChannelOption IP_MINTTL = new IntegerUnixChannelOption("IP_MINTTL", 0, 21);
    private static final IntegerUnixChannelOption IPV6_MINHOPCOUNT =
            new IntegerUnixChannelOption("IPV6_MINHOPCOUNT", 41, 73);
    private static final int MOST = 255;

    private NoNewcomers() {}

    /** Tells whether the kernel does so now; elsewhere than on Linux's epoll nothing has changed. */
    static boolean at(Channel server) {
        return server instanceof EpollServerSocketChannel && leastOfLife(server, MOST);
    }

    /** A client whose connection had begun before is heard, although it has the options of the socket that let it in. */
    static void hear(Channel client) {
        leastOfLife(client, 0);
    }

    private static boolean leastOfLife(Channel channel, int hops) {
        try {
            if (channel.localAddress() instanceof InetSocketAddress own && own.getAddress() instanceof Inet6Address) {
                channel.config().setOption(IPV6_MINHOPCOUNT, hops);
            }
            channel.config().setOption(IP_MINTTL, hops); // also on a socket for IPv6, which may take IPv4 as well
            return true;
        } catch (ChannelException e) {
            LOG.fine(() -> "the kernel hears newcomers on: " + e.getMessage());
            return false;
        }
    }
}
