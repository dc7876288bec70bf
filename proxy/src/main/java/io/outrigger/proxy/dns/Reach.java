package io.outrigger.proxy.dns;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/**
 * Whether this machine can send to IPv6 addresses at all: those of other machines when it has one that is seen by others,
 * loopback when it has that. Immutable.
 */
record Reach(boolean ipv6, boolean ipv6Loopback) {
    /** As it is now. A machine that does not tell is believed to have everything. */
    static Reach now() {
        try {
            List<InetAddress> own = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(Inet6Address.class::isInstance)
                    .toList();
            return new Reach(
                    own.stream().anyMatch(one -> !one.isLoopbackAddress() && !one.isLinkLocalAddress()),
                    own.stream().anyMatch(InetAddress::isLoopbackAddress));
        } catch (SocketException e) {
            return new Reach(true, true);
        }
    }

    boolean reaches(InetAddress address) {
        return !(address instanceof Inet6Address) || (address.isLoopbackAddress() ? ipv6Loopback : ipv6);
    }
}
