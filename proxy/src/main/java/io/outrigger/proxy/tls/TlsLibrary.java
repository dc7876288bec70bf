package io.outrigger.proxy.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.outrigger.config.ListenerTlsConfig;
import io.outrigger.config.UpstreamTlsConfig;
import io.outrigger.config.UpstreamTlsConfig.MinVersion;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;

/** Who speaks TLS: makes contexts out of what the files hold now. Immutable. */
enum TlsLibrary {
    BORING_SSL(SslProvider.OPENSSL),
    JDK(SslProvider.JDK);

    private static final Logger LOG = Logger.getLogger(TlsLibrary.class.getName());
    private static final String[] FROM_1_2 = {"TLSv1.3", "TLSv1.2"};
    private static final String[] FROM_1_3 = {"TLSv1.3"};
    private static final int SESSIONS_MOST = 1000; // kept for clients that do not keep their own; a few KiB each
    private static final ApplicationProtocolConfig HTTP_1_1 = new ApplicationProtocolConfig(
            Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, "http/1.1");

    private final SslProvider provider;

    TlsLibrary(SslProvider provider) {
        this.provider = provider;
    }

    /** BoringSSL where it can be loaded. Asking loads it, and it stays: some megabytes. */
    static TlsLibrary best() {
        return Best.LIBRARY;
    }

    /** Loads the library when somebody asks for the first time. Immutable. */
    private static final class Best {
        static final TlsLibrary LIBRARY = OpenSsl.isAvailable() ? BORING_SSL : JDK;

        static {
            LOG.info(() -> LIBRARY == BORING_SSL
                    ? "TLS is spoken by " + OpenSsl.versionString()
                    : "TLS is spoken by the JDK, because BoringSSL cannot be loaded: " + OpenSsl.unavailabilityCause());
        }
    }

    /** For connections to an upstream. */
    SslContext client(UpstreamTlsConfig config) throws UnusableFile {
        Optional<Path> caFile = config.caFile();
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(provider)
                .trustManager(caFile.isPresent() ? Authorities.of("caFile", caFile.get()) : Authorities.ofTheSystem())
                .endpointIdentificationAlgorithm("HTTPS")
                .protocols(config.minVersion() == MinVersion.TLS_1_3 ? FROM_1_3 : FROM_1_2)
                .applicationProtocolConfig(HTTP_1_1);
        if (config.certFile().isPresent() && config.keyFile().isPresent()) {
            Credentials own =
                    Credentials.read(config.certFile().get(), config.keyFile().get());
            builder.keyManager(own.key(), own.chainArray());
            return build(builder, config.certFile().get());
        }
        return build(builder, caFile.orElse(Path.of("")));
    }

    /** For the clients of a listener. */
    SslContext server(ListenerTlsConfig config) throws UnusableFile {
        Credentials own = Credentials.read(config.certFile(), config.keyFile());
        SslContextBuilder builder = SslContextBuilder.forServer(own.key(), own.chainArray())
                .sslProvider(provider)
                .protocols(FROM_1_2)
                .sessionCacheSize(SESSIONS_MOST)
                .applicationProtocolConfig(HTTP_1_1);
        if (config.clientCaFile().isPresent()) {
            builder.trustManager(
                            Authorities.of("clientCaFile", config.clientCaFile().get()))
                    .clientAuth(ClientAuth.REQUIRE);
        }
        return build(builder, config.certFile());
    }

    /** The file is the one to name when the library does not take what was read from the files. */
    private static SslContext build(SslContextBuilder builder, Path file) throws UnusableFile {
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            LOG.fine(() -> "TLS context with " + file + ": " + e);
            throw new UnusableFile(
                    "certFile", file, "not taken by the TLS library (expected: RSA or EC, 2048 bits or more)");
        }
    }
}
