package io.outrigger.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.X509Bundle;
import io.outrigger.config.ListenerTlsConfig;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.filter.observe.Meters;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Pki;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes between the proxy and clients that speak TLS, and which of them get in. */
@ParameterizedClass
@EnumSource
class ListenerTlsTest {
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final TlsLibrary library;
    private final Metrics metrics = new Metrics(1);
    private final Rig rig = new Rig(true);
    private final Server server = rig.server();

    @TempDir
    Path folder;

    private Pki pki;

    ListenerTlsTest(TlsLibrary library) {
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

    // ---- who gets in

    @Test
    void requestsPassOneAfterTheOther() throws Exception {
        anybody();
        server.answering(_ -> OK);
        Peer client = rig.client();
        for (int i = 0; i < 3; i++) {
            assertThat(client.send(GET).response().body()).isEqualTo("ok");
        }
        assertThat(client.session().getProtocol()).isEqualTo("TLSv1.3");
        assertHandshakes("success", 1);
    }

    @Test
    void pipelinedRequestsInOneRecordAreAnsweredInOrder() throws Exception {
        anybody();
        server.answering(request ->
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n" + request.start().substring(4, 6));
        Peer client = rig.client().send("GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(client.response().body()).isEqualTo("/1");
        assertThat(client.response().body()).isEqualTo("/2");
    }

    @Test
    void aClientWithACertificateOfTheAuthorityGetsIn() throws Exception {
        onlyWithCertificate(pki.issue("client"));
        server.answering(_ -> OK);
        assertThat(rig.client().send(GET).response().body()).isEqualTo("ok");
    }

    @Test
    void aClientWithoutACertificateDoesNot() throws Exception {
        onlyWithCertificate(null);
        assertRefused(rig.client());
        assertHandshakes("no_certificate", 1);
    }

    @Test
    void aClientWithACertificateOfAnotherAuthorityDoesNot() throws Exception {
        X509Bundle strange = Pki.selfSigned("stranger");
        onlyWithCertificate(strange);
        assertRefused(rig.client());
        assertThat(handshakes("bad_certificate")
                        + handshakes("no_certificate")) // the JDK shows none that is not wanted
                .isEqualTo(1);
    }

    private static void assertRefused(Peer client) {
        assertThatThrownBy(() -> {
                    client.send(GET); // in TLS 1.3 a client learns of it when it reads
                    client.response();
                })
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(java.io.IOException.class);
    }

    @Test
    void aClientThatDoesNotTrustTheCertificateIsCounted() throws Exception {
        Pki stranger = new Pki(folder, "stranger");
        rig.listenerTls(tls(Optional.empty(), pki.issue("proxy.test"), 30), stranger.context(null));
        assertThatThrownBy(() -> rig.client().send(GET))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(SSLException.class);
        assertHandshakes("refused", 1);
    }

    // ---- what is no handshake

    @Test
    void plainHttpIsToldAndClosed() throws Exception {
        anybody();
        Peer client = rig.plainClient().send(GET);
        Message answer = client.response();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("this port speaks TLS only\n");
        assertThat(client.ends()).isTrue();
        assertHandshakes("not_tls", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u0016\u0003\u0001\u0002\u0000\u0001"})
    void whoDoesNotCompleteTheHandshakeIsClosed(String beginning) throws Exception {
        rig.listenerTls(tls(Optional.empty(), pki.issue("proxy.test"), 0.3), pki.context(null));
        Peer client = rig.plainClient().send(beginning);
        client.toEnd();
        rig.await("no client", () -> rig.clientsConnected() == 0);
        assertHandshakes("timeout", 1);
    }

    @Test
    void whoOnlyLooksWhetherThePortIsOpenIsCounted() throws Exception {
        anybody();
        rig.plainClient().close();
        rig.await("no client", () -> rig.clientsConnected() == 0);
        assertHandshakes("gone", 1);
    }

    @Test
    void aClientTooManyIsToldInsideTls() throws Exception {
        anybody();
        rig.mostClients(1);
        server.answering(_ -> OK);
        Peer first = rig.client();
        first.send(GET).response();
        Peer second = rig.client().send(GET);
        assertThat(second.response().status()).isEqualTo(503);
        assertThat(second.ends()).isTrue();
    }

    // ---- bodies and ends

    @Test
    void largeBodiesPassBothWays() throws Exception {
        anybody();
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
    void aSlowServerHoldsTheClientBack() throws Exception {
        anybody();
        int size = 60_000_000;
        Peer client = rig.client();
        var sending = CompletableFuture.runAsync(
                () -> client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: " + size + "\r\n\r\n")
                        .send(new byte[size]));
        Peer upstream = server.accept();
        upstream.head();
        rig.turnFor(Duration.ofMillis(300));
        assertThat(sending).isNotDone();
        assertThat(upstream.bytes(size)).hasSize(size);
        sending.join();
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
    }

    @Test
    void anAnswerBeforeTheEndOfAnUploadIsReadInFull() throws Exception {
        anybody();
        Peer client = rig.client()
                .send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000000\r\n\r\n" + "x".repeat(100_000));
        Peer upstream = server.accept();
        upstream.head();
        upstream.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\n\r\nno");
        Message answer = client.response();
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo("no");
        assertThat(client.ends()).isTrue();
    }

    @Test
    void aCutResponseToAnHttp10ClientHasNoOrderlyEnd() throws Exception {
        anybody();
        Peer client = rig.client().send("GET / HTTP/1.0\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nsome\r\n");
        rig.turn();
        upstream.close();
        client.head();
        assertThat(client.breaks()).isTrue();
        assertThat(rig.ended().kind()).isEqualTo(Kind.RESPONSE_CUT);
    }

    @Test
    void aWholeResponseToAnHttp10ClientHasAnOrderlyEnd() throws Exception {
        anybody();
        server.answering(_ -> "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nsome\r\n0\r\n\r\n");
        assertThat(rig.client().send("GET / HTTP/1.0\r\n\r\n").response().body())
                .isEqualTo("some");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatEndsItsSideDuringAnExchangeIsGone(boolean inOrder) throws Exception {
        anybody();
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        if (inOrder) {
            client.endOutput();
        } else {
            client.vanish();
        }
        assertThat(rig.ended().kind()).isEqualTo(Kind.CLIENT_GONE);
        assertThat(upstream.ends() || upstream.breaks()).isTrue();
    }

    @Test
    void aTunnelPassesEveryByteUntilTheClientEndsIt() throws Exception {
        anybody();
        Peer client = rig.client()
                .send("GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nearly");
        Peer upstream = server.accept();
        upstream.head();
        upstream.send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(101);
        assertThat(upstream.bytes(5)).isEqualTo("early");
        String frames = "frame".repeat(400_000);
        var sending = CompletableFuture.runAsync(() -> client.send(frames).endOutput());
        rig.turnFor(Duration.ofMillis(50));
        assertThat(upstream.toEnd()).isEqualTo(frames);
        sending.join();
        upstream.close();
        assertThat(rig.ended().outcome().status()).isEqualTo(101);
        rig.await("no client", () -> rig.clientsConnected() == 0);
    }

    @Test
    void aTunnelWhoseClientHasEndedDoesNotLastForAServerThatGoesOn() throws Exception {
        anybody();
        Peer client =
                rig.client().send("GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
        Peer upstream = server.accept();
        upstream.head();
        upstream.send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
        client.head();
        client.endOutput();
        assertThat(upstream.ends()).isTrue();
        rig.await("no client", () -> rig.clientsConnected() == 0); // within the 5 s that a server has
        assertThat(rig.ended().kind()).isEqualTo(Kind.CLIENT_GONE);
    }

    // ---- helpers

    private void anybody() throws Exception {
        rig.listenerTls(tls(Optional.empty(), pki.issue("proxy.test"), 30), pki.context(null));
    }

    private void onlyWithCertificate(@Nullable X509Bundle shown) throws Exception {
        rig.listenerTls(tls(Optional.of(pki.caFile()), pki.issue("proxy.test"), 30), pki.context(shown));
    }

    private ServerTls tls(Optional<Path> clientCaFile, X509Bundle own, double handshakeSeconds) throws Exception {
        ListenerTlsConfig config = new ListenerTlsConfig(pki.certFile(own), pki.keyFile(own), clientCaFile);
        long nanos = (long) (handshakeSeconds * TimeUnit.SECONDS.toNanos(1));
        return new ServerTls("rig", config, nanos, new Meters(metrics).handshakes("rig"), library);
    }

    private void assertHandshakes(String result, long count) {
        rig.await(result, () -> handshakes(result) == count);
    }

    private long handshakes(String result) {
        for (Family<?> family : metrics.families()) {
            if (family.name().equals("outrigger_tls_handshakes_total")
                    && family.series().get(List.of("rig", result)) instanceof Counter counter) {
                return counter.total();
            }
        }
        throw new AssertionError("no series " + result + " (expected: one from the beginning)");
    }
}
