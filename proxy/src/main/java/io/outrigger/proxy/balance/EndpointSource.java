package io.outrigger.proxy.balance;

import io.netty.util.NetUtil;
import io.outrigger.config.Address;
import io.outrigger.config.EndpointConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line of an upstream's endpoints, and the addresses that it stands for now. Guarded by its discovery. */
final class EndpointSource {
    private final EndpointConfig config;
    private List<Endpoint> endpoints;
    private boolean answered; // whether the addresses are known, or were looked up at least
    private final boolean name; // and not an address
    private boolean failed; // the last look-up
    private long knownSinceNanos; // when the last look-up succeeded; before the first one, when this was made

    EndpointSource(EndpointConfig config, long now) {
        this.config = config;
        this.knownSinceNanos = now;
        SocketAddress known = known(config.address());
        this.endpoints = known == null ? List.of() : List.of(endpoint(known));
        this.answered = !endpoints.isEmpty();
        this.name = endpoints.isEmpty();
    }

    /** What need not be looked up; null for a name. */
    private static @Nullable SocketAddress known(Address address) {
        if (address instanceof Address.Unix unix) {
            return UnixDomainSocketAddress.of(unix.path());
        }
        Address.Tcp tcp = (Address.Tcp) address;
        return isLiteral(tcp.host()) ? new InetSocketAddress(InetAddress.ofLiteral(tcp.host()), tcp.port()) : null;
    }

    /** The name to look up; for a literal address, that. */
    String host() {
        return config.address() instanceof Address.Tcp tcp ? tcp.host() : ((Address.Unix) config.address()).path();
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    boolean answered() {
        return answered;
    }

    boolean failed() {
        return failed;
    }

    boolean isName() {
        return name;
    }

    long knownSinceNanos() {
        return knownSinceNanos;
    }

    void resolved(Resolution resolution, long now) {
        int port = config.address() instanceof Address.Tcp tcp ? tcp.port() : 0;
        endpoints = resolution.addresses().stream()
                .map(address -> endpoint(new InetSocketAddress(address, port)))
                .toList();
        answered = true;
        failed = resolution.failed();
        if (!failed) {
            knownSinceNanos = now;
        }
    }

    private Endpoint endpoint(SocketAddress address) {
        // a server behind a Unix socket has no name of its own
        String authority = config.address() instanceof Address.Tcp tcp ? tcp.toString() : "localhost";
        return new Endpoint(address, authority, config.weight(), config.zone());
    }

    private static boolean isLiteral(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }
}
