package io.outrigger.config;

import java.nio.file.Path;
import java.util.Optional;

/** TLS towards an upstream; without caFile the system's authorities are trusted. Immutable. */
public record UpstreamTlsConfig(
        Optional<Path> caFile,
        Optional<Path> certFile,
        Optional<Path> keyFile,
        Optional<String> serverName,
        MinVersion minVersion) {

    /** The oldest version of TLS that is spoken. */
    public enum MinVersion {
        TLS_1_2,
        TLS_1_3
    }
}
