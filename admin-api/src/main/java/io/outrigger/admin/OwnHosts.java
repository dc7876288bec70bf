package io.outrigger.admin;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells the names that this port goes by from foreign ones, which a browser sends when a page elsewhere made it come
 * here (DNS rebinding: Jackson et al., Protecting Browsers from DNS Rebinding Attacks, 2007). Immutable.
 *
 * <p>A Host may have any port: the port may be forwarded, and a rebound name is still foreign. An Origin has to have
 * the port that is listened on, or be just where the client says that it is.
 */
final class OwnHosts {
    private final Set<String> names = new HashSet<>();
    private final SocketAddress bound;

    /**
     * @param bound where the port listens
     * @param hosts further names; with or without ports, which do not matter
     */
    OwnHosts(SocketAddress bound, List<String> hosts) {
        this.bound = bound;
        names.add("localhost");
        hosts.forEach(host -> names.add(nameOf(host)));
    }

    boolean ownHost(String host) {
        return ownName(nameOf(host));
    }

    /** Whether a page of that origin may ask, given the Host that it asks for. */
    boolean ownOrigin(String origin, String host) {
        URI uri;
        try {
            uri = new URI(origin);
        } catch (URISyntaxException e) {
            return false;
        }
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            return false; // also "null", the origin of a sandbox
        }
        boolean samePort = bound instanceof InetSocketAddress tcp && uri.getPort() == tcp.getPort();
        return uri.getRawAuthority().equalsIgnoreCase(host) || samePort && ownName(bare(uri.getHost()));
    }

    private boolean ownName(String name) {
        if (names.contains(name)) {
            return true;
        }
        if (!(bound instanceof InetSocketAddress tcp)) {
            return true; // a Unix socket: no browser comes here, and clients have no name to give
        }
        if (!NetUtil.isValidIpV4Address(name) && !NetUtil.isValidIpV6Address(name)) {
            return false;
        }
        try {
            InetAddress address = InetAddress.ofLiteral(name);
            NetworkInterface its = NetworkInterface.getByInetAddress(address);
            return tcp.getAddress().isAnyLocalAddress()
                    ? its != null
                    : address.equals(tcp.getAddress())
                            || its != null && its.equals(NetworkInterface.getByInetAddress(tcp.getAddress()));
        } catch (IllegalArgumentException | SocketException e) {
            return false;
        }
    }

    /** The host without its port, in lower case and without brackets. */
    private static String nameOf(String host) {
        int colon = host.lastIndexOf(':');
        boolean port = colon >= 0
                && host.indexOf(']', colon) < 0
                && host.chars().skip(colon + 1L).allMatch(c -> c >= '0' && c <= '9');
        return bare(port ? host.substring(0, colon) : host);
    }

    private static String bare(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[") && lower.endsWith("]")) {
            return lower.substring(1, lower.length() - 1);
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower; // a name from the root
    }
}
