package io.outrigger.config;

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
}
