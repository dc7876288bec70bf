package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The port for looking inside and for changing state. Immutable. */
public record AdminConfig(Address address, Optional<Path> tokenFile, List<String> hosts) {
    private static final Key<Address> ADDRESS = Key.of(
            "address",
            Addresses.LISTENING,
            "Where it listens; on an address that is not loopback tokenFile is required.");
    private static final Key<Optional<Path>> TOKEN_FILE = Key.optional(
            "tokenFile", Texts.FILE, "Holds the bearer token without which nothing but probes is answered. Watched.");
    private static final Key<List<String>> HOSTS = Key.of(
                    "hosts",
                    HttpTexts.AUTHORITY.list(0),
                    "Hosts by which browsers may call it, besides localhost and its own address.")
            .or("[]");

    static final Block<AdminConfig> BLOCK = Block.of(
                    "The port for looking inside and for changing state.",
                    v -> new AdminConfig(v.get(ADDRESS), v.get(TOKEN_FILE), v.get(HOSTS)),
                    ADDRESS,
                    TOKEN_FILE,
                    HOSTS)
            .example("""
                    address: 127.0.0.1:15101
                    """);

    public AdminConfig {
        hosts = List.copyOf(hosts);
        boolean local = !(address instanceof Address.Tcp tcp) || Hosts.isLoopback(tcp.host());
        Rejected.unless(local || tokenFile.isPresent(), "address", address, "a loopback address, or tokenFile besides");
    }
}
