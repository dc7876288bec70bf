package io.outrigger.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A place outside the process where state is shared between sidecars. Immutable. */
public record StoreConfig(String name, Redis redis) {
    /** The uri may also name Sentinels or a Cluster. */
    public record Redis(URI uri, Duration timeout, Optional<Path> passwordFile) {}
}
