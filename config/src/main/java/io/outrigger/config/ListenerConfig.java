package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.NameKind;
import io.outrigger.config.key.Word;
import java.util.Optional;

/** A port that the service's calls come in on. Immutable. */
public record ListenerConfig(
        String name,
        Address address,
        Kind kind,
        Optional<String> upstream,
        LimitsConfig limits,
        Optional<ListenerTlsConfig> tls) {

    /** Whether clients speak to it as to the server itself, or as to a proxy (absolute targets, CONNECT). */
    public enum Kind {
        REVERSE,
        FORWARD
    }

    private static final Key<String> NAME =
            Key.of("name", Texts.NAME.defining(NameKind.LISTENER), "Its name, in logs and metrics.");
    private static final Key<Address> ADDRESS = Key.of(
            "address",
            Addresses.LISTENING,
            "Where it listens; port 0 takes a free one. Mind who else reaches the address.");
    private static final Key<Kind> KIND = Key.of(
                    "kind",
                    Word.of(Kind.values()),
                    "Whether clients take it for the server (reverse), or know it as a proxy (forward).")
            .or("reverse");
    private static final Key<Optional<String>> UPSTREAM = Key.optional(
            "upstream",
            Texts.UPSTREAM,
            "Takes everything that no route matches; without it that is answered with 404.");
    private static final Key<LimitsConfig> LIMITS = Key.of(
                    "limits", LimitsConfig.BLOCK, "What it takes from its clients.")
            .or("{}");
    private static final Key<Optional<ListenerTlsConfig>> TLS =
            Key.orOff("tls", ListenerTlsConfig.BLOCK, "Its certificate; without it the listener speaks plain HTTP.");

    /**
     * What tells its socket from others: listeners of two configurations that have the same place have the same socket.
     * It is the address, and with port 0, for which every socket gets another one, the name as well.
     */
    public String place() {
        return address instanceof Address.Tcp tcp && tcp.port() == 0 ? address + " " + name : address.toString();
    }

    static final Block<ListenerConfig> BLOCK = Block.of(
                    "A port that the service's calls come in on.",
                    v -> new ListenerConfig(
                            v.get(NAME), v.get(ADDRESS), v.get(KIND), v.get(UPSTREAM), v.get(LIMITS), v.get(TLS)),
                    NAME,
                    ADDRESS,
                    KIND,
                    UPSTREAM,
                    LIMITS,
                    TLS)
            .example("""
                    name: outbound
                    address: 127.0.0.1:15100
                    limits: {connections: 2000, idleTimeout: 5m}
                    """);
}
