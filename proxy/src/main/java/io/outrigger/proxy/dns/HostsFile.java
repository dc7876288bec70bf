package io.outrigger.proxy.dns;

import io.netty.resolver.HostsFileEntriesProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The names that this machine knows by itself; read anew each time, as it may change. Immutable. */
record HostsFile(Path path) {
    private static final List<InetAddress> LOOPBACK =
            List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));

    /** The addresses of a name in lower case and without a last dot; empty when others have to be asked. */
    List<InetAddress> addresses(String name) {
        List<InetAddress> all = new ArrayList<>();
        try {
            HostsFileEntriesProvider entries =
                    HostsFileEntriesProvider.parser().parse(path.toFile(), StandardCharsets.UTF_8);
            all.addAll(entries.ipv4Entries().getOrDefault(name, List.of()));
            all.addAll(entries.ipv6Entries().getOrDefault(name, List.of()));
        } catch (IOException e) {
            // then it knows none
        }
        boolean local = name.equals("localhost") || name.endsWith(".localhost"); // RFC 6761 §6.3: never asked for
        return all.isEmpty() && local ? LOOPBACK : all;
    }
}
