package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import java.nio.file.Path;
import java.util.Optional;

/** TLS on a listener; with clientCaFile only clients with a certificate of that authority get in. Immutable. */
public record ListenerTlsConfig(Path certFile, Path keyFile, Optional<Path> clientCaFile) {
    private static final Key<Path> CERT_FILE =
            Key.of("certFile", Texts.FILE, "The certificate and its chain, in PEM. Watched.");
    private static final Key<Path> KEY_FILE = Key.of("keyFile", Texts.FILE, "The certificate's key, in PEM. Watched.");
    private static final Key<Optional<Path>> CLIENT_CA_FILE = Key.optional(
            "clientCaFile", Texts.FILE, "Authorities of client certificates, in PEM; with it a client needs one.");

    static final Block<ListenerTlsConfig> BLOCK = Block.of(
                    "TLS on a listener.",
                    v -> new ListenerTlsConfig(v.get(CERT_FILE), v.get(KEY_FILE), v.get(CLIENT_CA_FILE)),
                    CERT_FILE,
                    KEY_FILE,
                    CLIENT_CA_FILE)
            .example("""
                    certFile: /etc/outrigger/tls.crt
                    keyFile: /etc/outrigger/tls.key
                    clientCaFile: /etc/outrigger/clients.crt
                    """);
}
