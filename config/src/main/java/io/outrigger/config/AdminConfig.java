package io.outrigger.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The port for looking inside and for changing state. Immutable. */
public record AdminConfig(Address address, Optional<Path> tokenFile, List<String> hosts) {
    public AdminConfig {
        hosts = List.copyOf(hosts);
    }
}
