package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on both sides with certificates on both: whom it speaks to, what it says of the others, and how files change. */
@ParameterizedClass
@ValueSource(strings = {"", "-Dio.netty.handler.ssl.noOpenSsl=true"}) // BoringSSL, and the JDK in its place
class TlsTest {
    private static final String SERVER = "server.test";

    private static final byte[] FRAME = "frame".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    private static final int FRAMES = 100;

    private final String flag;
    private final List<ScriptedUpstream> upstreams = new ArrayList<>();

    @TempDir
    Path folder;

    private Authority authority;
    private SSLContext client;
    private Program program;
    private int securePort;

    TlsTest(String flag) {
        this.flag = flag;
    }

    @BeforeEach
    void start() throws Exception {
        authority = new Authority("authority");
        client = authority.context(authority.issue("client.test"));
        Files.writeString(folder.resolve("ca.crt"), authority.pem());
        mount("..1");
        for (String name : List.of("tls.crt", "tls.key")) {
            Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }
        Instant past = Instant.parse("2021-01-01T00:00:00Z");
        program = Program.runWith(flag, """
                listeners:
                  - {name: outbound, address: "127.0.0.1:0", upstream: good}
                  - name: secure
                    address: 127.0.0.1:0
                    upstream: good
                    tls: {certFile: %1$s/tls.crt, keyFile: %1$s/tls.key, clientCaFile: %1$s/ca.crt}
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                defaults: {retry: off}
                upstreams:
                  good:
                    endpoints: ["127.0.0.1:%2$d"]
                    pool: {maxRequests: 10}
                    tls: {caFile: %1$s/ca.crt, certFile: %1$s/tls.crt, keyFile: %1$s/tls.key, serverName: server.test}
                  anonymous: {endpoints: ["127.0.0.1:%2$d"], tls: {caFile: %1$s/ca.crt, serverName: server.test}}
                  expired: {endpoints: ["127.0.0.1:%3$d"], tls: {caFile: %1$s/ca.crt, serverName: server.test}}
                  self-signed: {endpoints: ["127.0.0.1:%4$d"], tls: {caFile: %1$s/ca.crt, serverName: server.test}}
                  other-name: {endpoints: ["127.0.0.1:%5$d"], tls: {caFile: %1$s/ca.crt, serverName: server.test}}
                  other-authority: {endpoints: ["127.0.0.1:%6$d"], tls: {caFile: %1$s/ca.crt, serverName: server.test}}
                routes:
                  - {name: anonymous, match: {hosts: [anonymous]}, upstream: anonymous}
                  - {name: expired, match: {hosts: [expired]}, upstream: expired}
                  - {name: self-signed, match: {hosts: [self-signed]}, upstream: self-signed}
                  - {name: other-name, match: {hosts: [other-name]}, upstream: other-name}
                  - {name: other-authority, match: {hosts: [other-authority]}, upstream: other-authority}
                """.formatted(
                        folder,
                        serve(authority.issue(SERVER)),
                        serve(authority.issue(SERVER, one -> one.notBefore(past.minus(Duration.ofDays(1)))
                                .notAfter(past))),
                        serve(Authority.builder(SERVER)
                                .addSanDnsName(SERVER)
                                .setIsCertificateAuthority(true)
                                .buildSelfSigned()),
                        serve(authority.issue("evil.test")),
                        serve(new Authority("stranger").issue(SERVER))));
        securePort = program.port("secure"); // once: it looks through the log
    }

    /** A server that shows this certificate and wants one; tells its port. */
    private int serve(X509Bundle shown) throws Exception {
        ScriptedUpstream upstream = ScriptedUpstream.secured(authority.context(shown), true, wire -> {
            for (Message request = wire.request(); request != null; request = wire.request()) {
                if (request.field("upgrade") != null) {
                    echo(wire);
                    return;
                }
                wire.send(ScriptedUpstream.ok(request.text().isEmpty() ? request.target() : request.text()));
            }
        });
        upstreams.add(upstream);
        return upstream.port();
    }

    private static void echo(Wire wire) throws IOException {
        wire.head("HTTP/1.1 101 Switching Protocols", "connection: upgrade", "upgrade: echo");
        for (int i = 0; i < FRAMES; i++) {
            wire.send(wire.bytes(FRAME.length));
        }
    }

    /** Puts a new pair behind the links, as Kubernetes does. */
    private X509Bundle mount(String version) throws Exception {
        X509Bundle pair = authority.issue("proxy.test");
        Path data = Files.createDirectory(folder.resolve(version));
        Files.writeString(data.resolve("tls.crt"), pair.getCertificatePathPEM());
        Files.writeString(data.resolve("tls.key"), pair.getPrivateKeyPEM());
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(version));
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        return pair;
    }

    @AfterEach
    void end() throws Exception {
        program.endsWell();
        for (ScriptedUpstream upstream : upstreams) {
            upstream.close();
        }
    }

    @Test
    void speaksTlsOnBothSidesWithCertificatesOnBoth() throws Exception {
        program.awaitMessage(flag.isEmpty() ? "TLS is spoken by BoringSSL" : "TLS is spoken by the JDK");
        String body = "0123456789".repeat(1_000_000);
        try (Wire wire = Wire.to(securePort, client)) {
            assertThat(wire.head("GET /path HTTP/1.1", "host: a").response().text())
                    .isEqualTo("/path");
            wire.head("POST /path HTTP/1.1", "host: a", "content-length: " + body.length());
            var sending = CompletableFuture.runAsync(() -> send(wire, body));
            assertThat(wire.response().text()).isEqualTo(body);
            sending.join();
        }
        assertThat(program.series("outrigger_tls_handshakes_total", "listener=\"secure\"", "result=\"success\""))
                .isEqualTo(1);
    }

    private static void send(Wire wire, String text) {
        try {
            wire.send(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsUpgradedPassesBothWaysUntilItIsEnded() throws Exception {
        try (Wire wire = Wire.to(securePort, client)) {
            wire.head("GET / HTTP/1.1", "host: a", "connection: upgrade", "upgrade: echo", "x-request-id: tunnel");
            assertThat(wire.responseHead().status()).isEqualTo(101);
            for (int i = 0; i < FRAMES; i++) {
                assertThat(wire.send(FRAME).bytes(FRAME.length)).isEqualTo(FRAME);
            }
            assertThat(wire.rest()).isEmpty();
        }
        assertThat(program.awaitAccess("tunnel").path("status").asInt()).isEqualTo(101);
    }

    @Test
    void refusesEachServerThatIsNotWhoItShouldBeAndSaysWhy() throws Exception {
        assertRefused("expired", "its certificate has expired, at 2021-01-01T00:00:00Z");
        assertRefused("self-signed", "its certificate is signed by itself alone, and is not a trusted one");
        assertRefused("other-name", "its certificate is not for " + SERVER + ", but for evil.test");
        assertRefused("other-authority", "its certificate leads to an authority that is not trusted: CN=stranger");
        assertRefused("anonymous", "it wants a client certificate", "or wants one: bad_certificate");
    }

    private void assertRefused(String host, String... words) throws Exception {
        Message answer = program.ask("GET / HTTP/1.1", "host: " + host);
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("proxy-status")).startsWith("outrigger; error=tls_certificate_error; details=");
        assertThat(Program.json(answer.text()).path("detail").asText()).containsAnyOf(words);
        JsonNode line = program.awaitAccess(answer.field("x-request-id"));
        assertThat(line.path("cause").asText()).isEqualTo("tls_failed");
        assertThat(line.path("attempts").get(0).path("outcome").asText()).isEqualTo("not_sent");
    }

    @Test
    void letsNobodyInWithoutACertificate() throws Exception {
        SSLContext anonymous = authority.context(null);
        assertThatThrownBy(() -> {
                    try (Wire wire = Wire.to(securePort, anonymous)) {
                        wire.head("GET / HTTP/1.1", "host: a").response();
                    }
                })
                .isInstanceOf(IOException.class);
        JsonNode line = program.awaitMessage("listener secure: no TLS with 127.0.0.1: ");
        assertThat(line.path("message").asText()).endsWith("it showed no certificate");
        program.awaitMetricAtLeast(1, "outrigger_tls_handshakes_total", "result=\"no_certificate\"");
    }

    @Test
    void aCertificateThatIsSwappedUnderLoadCostsNoRequest() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger served = new AtomicInteger();
        var clients = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 3; i++) {
            clients.add(CompletableFuture.runAsync(() -> askUntil(done, served)));
        }
        X509Bundle last = null;
        for (int i = 2; i < 5; i++) {
            last = mount(".." + i);
            Certificate expected = last.getCertificate();
            int before = served.get();
            while (!shown().equals(expected) || served.get() < before + 30) {
                assertThat(clients).noneMatch(CompletableFuture::isDone);
            }
        }
        done.set(true);
        clients.forEach(CompletableFuture::join);
        assertThat(program.series("outrigger_failures_total")).isZero();
    }

    private Certificate shown() throws Exception {
        try (Wire wire = Wire.to(securePort, client)) {
            assertThat(wire.head("GET / HTTP/1.1", "host: a").response().status())
                    .isEqualTo(200);
            return wire.peer();
        }
    }

    private void askUntil(AtomicBoolean done, AtomicInteger served) {
        try {
            while (!done.get()) {
                try (Wire wire = Wire.to(securePort, client)) {
                    for (int i = 0; i < 5; i++) {
                        assertThat(wire.head("GET / HTTP/1.1", "host: a")
                                        .response()
                                        .status())
                                .isEqualTo(200);
                        served.incrementAndGet();
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
