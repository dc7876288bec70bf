package io.outrigger.config;

import java.nio.file.Path;
import java.util.Optional;

/** TLS on a listener; with clientCaFile only clients with a certificate of that authority get in. Immutable. */
public record ListenerTlsConfig(Path certFile, Path keyFile, Optional<Path> clientCaFile) {}
