package io.outrigger.proxy.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.outrigger.config.UpstreamTlsConfig;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;

/** TLS towards the endpoints of one upstream. Shared by all loops. */
public final class ClientTls {
    private final Optional<String> serverName;
    private final LiveContext context;

    /** @throws UnusableFile when there is nothing to begin with */
    public static ClientTls of(String upstream, UpstreamTlsConfig config) throws UnusableFile {
        return new ClientTls(upstream, config, TlsLibrary.best());
    }

    ClientTls(String upstream, UpstreamTlsConfig config, TlsLibrary library) throws UnusableFile {
        this.serverName = config.serverName();
        this.context = new LiveContext(
                "upstream " + upstream,
                Stream.of(config.caFile(), config.certFile(), config.keyFile())
                        .flatMap(Optional::stream)
                        .toList(),
                () -> library.client(config));
    }

    /**
     * Has a context trust the authorities in the file, or those of the system, as they are now. For a client that makes
     * its own connections.
     */
    public static void trust(Optional<Path> caFile, SslContextBuilder context) {
        try {
            context.trustManager(
                    caFile.isPresent() ? Authorities.of("caFile", caFile.get()) : Authorities.ofTheSystem());
        } catch (UnusableFile e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Follows its files until the returned runnable is run. */
    public Runnable follow(FileWatch watch) {
        return context.follow(watch);
    }

    /**
     * Puts TLS in front of whatever is added to a connection's handlers from now on; the handshake begins with the
     * connection, and takes as long as it takes.
     *
     * @param authority host and port as configured; the certificate must be for that host unless a name is configured
     */
    public void secure(Channel channel, String authority) {
        String name = serverName.orElseGet(() -> host(authority));
        SslHandler handler = context.newHandler(channel.alloc(), name, port(authority));
        handler.setHandshakeTimeoutMillis(0); // whoever connects has a limit for it all
        if (!NetUtil.isValidIpV4Address(name) && !NetUtil.isValidIpV6Address(name)) {
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name))); // both libraries leave out names without a dot
            handler.engine().setSSLParameters(parameters);
        }
        channel.pipeline().addLast(handler, new TlsEnd());
    }

    /** Why an attempt failed whose handshake did. */
    public static Failure failure(String endpoint, Throwable thrown) {
        return failure(endpoint, HandshakeFailure.of(thrown));
    }

    static Failure failure(String endpoint, HandshakeFailure why) {
        Kind kind = why.kind().isAboutCertificates() ? Kind.TLS_CERTIFICATE : Kind.TLS_PROTOCOL;
        return Failure.of(kind, endpoint + ": " + why.words());
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        String host = colon < authority.lastIndexOf(']') || colon < 0 ? authority : authority.substring(0, colon);
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** For the session cache only, which keeps sessions of ports apart. */
    private static int port(String authority) {
        int colon = authority.lastIndexOf(':');
        try {
            return colon < 0 ? -1 : Integer.parseInt(authority, colon + 1, authority.length(), 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
