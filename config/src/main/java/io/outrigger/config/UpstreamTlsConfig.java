package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.Word;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

    private static final Key<Optional<Path>> CA_FILE = Key.optional(
            "caFile", Texts.FILE, "Authorities that are trusted, in PEM; those of the system without it. Watched.");
    private static final Key<Optional<Path>> CERT_FILE =
            Key.optional("certFile", Texts.FILE, "A client certificate and its chain, in PEM; with keyFile. Watched.");
    private static final Key<Optional<Path>> KEY_FILE =
            Key.optional("keyFile", Texts.FILE, "The certificate's key, in PEM. Watched.");
    private static final Key<Optional<String>> SERVER_NAME = Key.optional(
            "serverName",
            io.outrigger.config.key.Text.matching("a host name", Hosts::isName).like("^[A-Za-z0-9._-]+$"),
            "The name that the server's certificate must have, and that SNI says; the endpoint's host without it.");
    private static final Key<MinVersion> MIN_VERSION = Key.of(
                    "minVersion",
                    Word.of(new TreeMap<>(Map.of("1.2", MinVersion.TLS_1_2, "1.3", MinVersion.TLS_1_3))),
                    "The oldest version of TLS that is spoken.")
            .or("1.2");

    static final Block<UpstreamTlsConfig> BLOCK = Block.of(
                    "TLS towards an upstream. Verification is always on.",
                    v -> new UpstreamTlsConfig(
                            v.get(CA_FILE), v.get(CERT_FILE), v.get(KEY_FILE), v.get(SERVER_NAME), v.get(MIN_VERSION)),
                    CA_FILE,
                    CERT_FILE,
                    KEY_FILE,
                    SERVER_NAME,
                    MIN_VERSION)
            .example("""
                    caFile: /etc/outrigger/ca.crt
                    serverName: payments.internal
                    """);

    public UpstreamTlsConfig {
        Rejected.unless(certFile.isEmpty() || keyFile.isPresent(), "certFile", "without keyFile", "both or none");
        Rejected.unless(keyFile.isEmpty() || certFile.isPresent(), "keyFile", "without certFile", "both or none");
    }
}
