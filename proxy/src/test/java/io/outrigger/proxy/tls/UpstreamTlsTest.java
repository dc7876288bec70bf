package io.outrigger.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.outrigger.config.UpstreamTlsConfig;
import io.outrigger.config.UpstreamTlsConfig.MinVersion;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Ended;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Pki;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes between the proxy and servers that speak TLS, and which of them it does not speak to, and why. */
@ParameterizedClass
@EnumSource
class UpstreamTlsTest {
    private static final String NAME = "upstream.test"; // that of the rig's endpoints
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final TlsLibrary library;
    private final Rig rig = new Rig(true);
    private final Server server = rig.server();

    @TempDir
    Path folder;

    private Pki pki;

    UpstreamTlsTest(TlsLibrary library) {
        this.library = library;
    }

    @BeforeEach
    void makeAuthority() throws Exception {
        pki = new Pki(folder, "authority");
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    // ---- who is spoken to

    @Test
    void requestsPassOverConnectionsThatAreKept() throws Exception {
        trusted();
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        for (int i = 0; i < 3; i++) {
            assertThat(upstream.request().start()).isEqualTo("GET / HTTP/1.1");
            upstream.send(OK);
            assertThat(client.response().body()).isEqualTo("ok");
            client.send(GET);
        }
        upstream.request();
        upstream.send(OK);
        client.response();
        assertThat(rig.connects()).isEqualTo(1);
    }

    @Test
    void asksForTheEndpointsNameAndSpeaksHttp11() throws Exception {
        trusted();
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        var session = (ExtendedSSLSession) upstream.session();
        assertThat(session.getRequestedServerNames()).containsExactly(new SNIHostName(NAME));
        assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
        upstream.send(OK);
        client.response();
    }

    @ParameterizedTest
    @ValueSource(strings = {"payments", "other.test"})
    void aConfiguredNameIsAskedForAndVerifiedInstead(String name) throws Exception {
        rig.upstreamTls(client(Optional.empty(), Optional.of(name), MinVersion.TLS_1_2));
        server.secured(pki.context(pki.issue(name)), false);
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        assertThat(((ExtendedSSLSession) upstream.session()).getRequestedServerNames())
                .containsExactly(new SNIHostName(name));
        upstream.send(OK);
        assertThat(client.response().status()).isEqualTo(200);
    }

    @Test
    void anAddressIsVerifiedByTheAddressesInTheCertificate() throws Exception {
        rig.upstreamTls(client(Optional.empty(), Optional.of("127.0.0.1"), MinVersion.TLS_1_2));
        server.secured(pki.context(pki.issueForAddress("127.0.0.1")), false).answering(_ -> OK);
        assertThat(rig.client().send(GET).response().status()).isEqualTo(200);
    }

    @Test
    void anAddressThatTheCertificateDoesNotHaveIsRefused() throws Exception {
        rig.upstreamTls(client(Optional.empty(), Optional.of("127.0.0.1"), MinVersion.TLS_1_2));
        assertRefused(pki.issueForAddress("127.0.0.2"), "its certificate is not for 127.0.0.1, but for 127.0.0.2");
    }

    @Test
    void aCertificateThatHasExpiredIsRefused() throws Exception {
        rig.upstreamTls(trusting());
        Instant end = Instant.parse("2021-01-01T00:00:00Z");
        X509Bundle expired = pki.issue(
                NAME, one -> one.notBefore(end.minus(Duration.ofDays(9))).notAfter(end));
        assertRefused(expired, "its certificate has expired, at 2021-01-01T00:00:00Z");
    }

    @Test
    void aCertificateThatIsNotValidYetIsRefused() throws Exception {
        rig.upstreamTls(trusting());
        Instant begin = Instant.parse("2090-01-01T00:00:00Z");
        X509Bundle early = pki.issue(NAME, one -> one.notBefore(begin).notAfter(begin.plus(Duration.ofDays(9))));
        assertRefused(early, "its certificate is not valid before 2090-01-01T00:00:00Z");
    }

    @Test
    void aCertificateThatIsItsOwnAuthorityIsRefused() throws Exception {
        rig.upstreamTls(trusting());
        assertRefused(Pki.selfSigned(NAME), "its certificate is signed by itself alone, and is not a trusted one");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        rig.upstreamTls(trusting());
        assertRefused(
                new Pki(folder, "stranger").issue(NAME),
                "its certificate leads to an authority that is not trusted: CN=stranger");
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        rig.upstreamTls(trusting());
        assertRefused(pki.issue("evil.test"), "its certificate is not for " + NAME + ", but for evil.test");
    }

    @Test
    void withoutAFileTheAuthoritiesOfTheSystemAreTrustedAndNoOthers() throws Exception {
        UpstreamTlsConfig config = new UpstreamTlsConfig(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), MinVersion.TLS_1_2);
        rig.upstreamTls(new ClientTls("app", config, library));
        assertRefused(pki.issue(NAME), "its certificate leads to an authority that is not trusted: CN=authority");
    }

    private void assertRefused(X509Bundle shown, String words) throws Exception {
        server.secured(pki.context(shown), false).answering(_ -> OK);
        Message answer = rig.client().send(GET).response();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("proxy-status"))
                .isEqualTo("outrigger; error=tls_certificate_error; details=\""
                        + server.endpoint().name() + ": " + words + "\"");
        assertNotSent(Kind.TLS_CERTIFICATE);
    }

    private void assertNotSent(Kind kind) {
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(kind);
        assertThat(ended.failure().delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(ended.attempt().delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    // ---- showing a certificate

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aServerThatWantsACertificateGetsIt(String version) throws Exception {
        rig.upstreamTls(client(Optional.of(pki.issue("me")), Optional.empty(), MinVersion.TLS_1_2));
        server.secured(pki.context(pki.issue(NAME)), true, version);
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        assertThat(upstream.session().getPeerPrincipal().getName()).isEqualTo("CN=me");
        upstream.send(OK);
        assertThat(client.response().status()).isEqualTo(200);
    }

    /** In TLS 1.3 this comes when the request has been written already, and in 1.2 there is no alert of its own for it. */
    @ParameterizedTest
    @CsvSource({"TLSv1.3, TLS_CERTIFICATE", "TLSv1.2, TLS_PROTOCOL"})
    void aServerThatWantsACertificateWhichIsNotThereIsToldAndGotNothing(String version, Kind kind) throws Exception {
        rig.upstreamTls(trusting());
        server.secured(pki.context(pki.issue(NAME)), true, version).answering(_ -> OK);
        Message answer = rig.client().send(GET).response();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("proxy-status"))
                .contains("error=" + kind.proxyStatus())
                .containsAnyOf("it wants a client certificate", "or wants one", "or it wants a certificate");
        assertNotSent(kind);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, TLS_CERTIFICATE", "TLSv1.2, TLS_PROTOCOL"})
    void aServerThatDoesNotTrustTheCertificateGotNothing(String version, Kind kind) throws Exception {
        X509Bundle strange = new Pki(folder, "stranger").issue("me");
        rig.upstreamTls(client(Optional.of(strange), Optional.empty(), MinVersion.TLS_1_2));
        server.secured(pki.context(pki.issue(NAME)), true, version).answering(_ -> OK);
        Message answer = rig.client().send(GET).response();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("proxy-status")).contains("error=" + kind.proxyStatus());
        assertNotSent(kind);
    }

    // ---- what is no handshake

    @Test
    void aVersionThatIsTooOldIsRefused() throws Exception {
        rig.upstreamTls(client(Optional.empty(), Optional.empty(), MinVersion.TLS_1_3));
        server.secured(pki.context(pki.issue(NAME)), false, "TLSv1.2").answering(_ -> OK);
        Message answer = rig.client().send(GET).response();
        assertThat(answer.field("proxy-status"))
                .startsWith("outrigger; error=tls_protocol_error; ")
                .contains("it speaks no version of TLS that is allowed here");
        assertNotSent(Kind.TLS_PROTOCOL);
    }

    @Test
    void aServerThatSpeaksPlainHttpGetsNothingInTheClear() throws Exception {
        rig.upstreamTls(trusting());
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.send("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        assertThat(client.response().field("proxy-status")).contains("tls_protocol_error", "it does not speak TLS");
        assertThat(upstream.toEnd()).doesNotContain("HTTP/1.1");
        assertNotSent(Kind.TLS_PROTOCOL);
    }

    @Test
    void aServerThatEndsTheConnectionInTheHandshakeIsTold() throws Exception {
        rig.upstreamTls(trusting());
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.bytes(100);
        upstream.close();
        assertThat(client.response().field("proxy-status"))
                .contains("tls_protocol_error", "it ended the connection during the handshake");
        assertNotSent(Kind.TLS_PROTOCOL);
    }

    @Test
    void aHandshakeThatTakesTooLongCountsAsConnecting() throws Exception {
        rig.upstreamTls(trusting()).connectTimeout(Duration.ofMillis(300));
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        Message answer = client.response();
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.field("proxy-status"))
                .contains("error=connection_timeout", "did not complete the TLS handshake within 300 ms");
        assertNotSent(Kind.CONNECT_TIMEOUT);
        upstream.toEnd();
    }

    @Test
    void aClientThatLeavesDuringTheHandshakeLeavesNothingBehind() throws Exception {
        trusted();
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        client.close();
        assertThat(rig.ended().kind()).isEqualTo(Kind.CLIENT_GONE);
        upstream.session(); // goes through with it
        rig.await("an idle connection", () -> rig.idleConnections() == 1);
    }

    // ---- bodies and ends

    @Test
    void largeBodiesPassBothWays() throws Exception {
        trusted();
        String body = "0123456789".repeat(500_000);
        Peer client = rig.client();
        var sending = CompletableFuture.runAsync(() ->
                client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: " + body.length() + "\r\n\r\n" + body));
        Peer upstream = server.accept();
        assertThat(upstream.request().body()).isEqualTo(body);
        sending.join();
        var answering = CompletableFuture.runAsync(
                () -> upstream.send("HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body));
        assertThat(client.response().body()).isEqualTo(body);
        answering.join();
    }

    @Test
    void aSlowClientHoldsTheServerBack() throws Exception {
        trusted();
        int size = 60_000_000;
        Peer client = rig.client(4096).send(GET);
        Peer upstream = server.accept();
        upstream.request();
        var sending = CompletableFuture.runAsync(
                () -> upstream.send("HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\n\r\n")
                        .send(new byte[size]));
        rig.turnFor(Duration.ofMillis(300));
        assertThat(sending).isNotDone();
        assertThat(client.response().body()).hasSize(size);
        sending.join();
    }

    @Test
    void contentUpToTheEndIsWholeWhenTlsSaysSo() throws Exception {
        trusted();
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\n\r\nwhole").close();
        assertThat(client.response().body()).isEqualTo("whole");
        assertThat(rig.ended().failure()).isNull();
    }

    @Test
    void contentUpToAnEndThatTlsDoesNotKnowOfIsCut() throws Exception {
        trusted();
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\n\r\npart");
        client.head();
        assertThat(client.chunk()).isEqualTo("part");
        upstream.vanish();
        assertThat(client.toEnd()).isEmpty();
        assertThat(rig.ended().kind()).isEqualTo(Kind.RESPONSE_CUT);
    }

    @Test
    void aKeptConnectionThatTheServerEndsIsNotUsedAgain() throws Exception {
        trusted();
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send(OK);
        client.response();
        upstream.endOutput(); // says so in TLS, and leaves the connection open
        rig.await("no idle connection", () -> rig.idleConnections() == 0);
        client.send(GET);
        Peer second = server.accept();
        second.request();
        second.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
    }

    @Test
    void aWriteThatFailsOnAKeptConnectionHasSentNothing() throws Exception {
        AtomicReference<Runnable> before = new AtomicReference<>(() -> {});
        rig.filters(next -> (exchange, request) -> {
            before.get().run(); // while the loop stands still
            return next.send(exchange, request);
        });
        trusted();
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send(OK);
        client.response();
        assertThat(rig.ended().failure()).isNull();
        before.set(upstream::reset);
        client.send(GET);
        assertThat(client.response().status()).isEqualTo(502);
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.STALE_CONNECTION);
        assertThat(ended.exchange().delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void aTunnelPassesEveryByteUntilOneSideEndsIt() throws Exception {
        trusted();
        Peer client =
                rig.client().send("GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
        Peer upstream = server.accept();
        upstream.head();
        upstream.send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nearly");
        assertThat(client.head().status()).isEqualTo(101);
        assertThat(client.bytes(5)).isEqualTo("early");
        String frame = "frame".repeat(100_000);
        var sending = CompletableFuture.runAsync(() -> client.send(frame));
        assertThat(upstream.bytes(frame.length())).isEqualTo(frame);
        sending.join();
        upstream.send("bye").close();
        assertThat(client.bytes(3)).isEqualTo("bye");
        assertThat(client.ends()).isTrue();
        client.close();
        assertThat(rig.ended().outcome().status()).isEqualTo(101);
    }

    // ---- helpers

    /** Both sides speak TLS, and what the server shows is trusted. */
    private void trusted() throws Exception {
        rig.upstreamTls(trusting());
        server.secured(pki.context(pki.issue(NAME)), false);
    }

    private ClientTls trusting() throws Exception {
        return client(Optional.empty(), Optional.empty(), MinVersion.TLS_1_2);
    }

    private ClientTls client(Optional<X509Bundle> shown, Optional<String> name, MinVersion version) throws Exception {
        Optional<Path> certFile = Optional.empty();
        Optional<Path> keyFile = Optional.empty();
        if (shown.isPresent()) {
            certFile = Optional.of(pki.certFile(shown.get()));
            keyFile = Optional.of(pki.keyFile(shown.get()));
        }
        UpstreamTlsConfig config = new UpstreamTlsConfig(Optional.of(pki.caFile()), certFile, keyFile, name, version);
        return new ClientTls("app", config, library);
    }
}
