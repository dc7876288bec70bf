package io.outrigger.proxy.balance;

import io.netty.util.NetUtil;
import io.outrigger.config.Address;
import io.outrigger.config.EndpointConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;

/** One line of an upstream's endpoints, and the addresses that it stands for now. Guarded by its discovery. */
final class EndpointSource {
    private final EndpointConfig config;
    private List<Endpoint> endpoints;
    private boolean answered; // whether the addresses are known, or were looked up at least
    private boolean failed; // the last look-up

    EndpointSource(EndpointConfig config) {
        this.config = config;
        this.endpoints = switch (config.address()) {
            case Address.Unix unix -> List.of(endpoint(UnixDomainSocketAddress.of(unix.path())));
            case Address.Tcp tcp
            when isLiteral(tcp.host()) ->
                List.of(endpoint(new InetSocketAddress(InetAddress.ofLiteral(tcp.host()), tcp.port())));
            case Address.Tcp _ -> List.of();
        };
        this.answered = !endpoints.isEmpty();
    }

    /** The name to look up; for a literal address, that. */
    String host() {
        return switch (config.address()) {
            case Address.Tcp tcp -> tcp.host();
            case Address.Unix unix -> unix.path();
        };
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

    void resolved(Resolution resolution) {
        int port = config.address() instanceof Address.Tcp tcp ? tcp.port() : 0;
        endpoints = resolution.addresses().stream()
                .map(address -> endpoint(new InetSocketAddress(address, port)))
                .toList();
        answered = true;
        failed = resolution.failed();
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
