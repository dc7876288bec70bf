package io.outrigger.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.HealthCheckConfig;
import io.outrigger.config.StatusSet;
import io.outrigger.config.UpstreamTlsConfig;
import io.outrigger.config.UpstreamTlsConfig.MinVersion;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Pki;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.tls.ClientTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints that speak TLS are checked over TLS, as they are spoken to. */
class SecuredChecksTest {
    private static final String NAME = "upstream.test"; // that of the server's endpoint

    private final Loops loops = new Loops(1, true, "checks");
    private final Server server = new Server();
    private final BlockingQueue<Probe.Result> told = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private Pki pki;

    @BeforeEach
    void makeAuthority() throws Exception {
        pki = new Pki(folder, "authority");
    }

    @AfterEach
    void end() {
        loops.close();
        server.close();
    }

    private void probe(Duration timeout) throws Exception {
        var config = new HealthCheckConfig("/up", Duration.ofSeconds(1), timeout, 1, 1, StatusSet.of(200));
        ClientTls tls = ClientTls.of(
                "app",
                new UpstreamTlsConfig(
                        Optional.of(pki.caFile()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        MinVersion.TLS_1_2));
        var loop = loops.all().getFirst();
        loop.execute(() -> new Probe(loop, config, server.endpoint(), tls, told::add).begin(loops));
    }

    private Probe.Result told() throws InterruptedException {
        Probe.Result result = told.poll(20, TimeUnit.SECONDS);
        assertThat(result).isNotNull();
        return result;
    }

    @Test
    void asksOverTls() throws Exception {
        server.secured(pki.context(pki.issue(NAME)), false);
        probe(Duration.ofSeconds(20));
        Peer peer = server.accept();
        assertThat(peer.request().start()).isEqualTo("GET /up HTTP/1.1");
        peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        assertThat(told()).isEqualTo(new Probe.Result(true, true, "status 200"));
    }

    @Test
    void whoseCertificateIsRefusedIsBad() throws Exception {
        server.secured(pki.context(Pki.selfSigned(NAME)), false);
        probe(Duration.ofSeconds(20));
        assertThat(server.accept().breaks()).isTrue();
        assertThat(told().what()).contains("its certificate").doesNotContain("Exception");
    }

    @Test
    void aHandshakeThatTakesTooLongIsBad() throws Exception {
        probe(Duration.ofMillis(50));
        Peer silent = server.accept(); // which does not speak TLS at all
        assertThat(told()).isEqualTo(new Probe.Result(true, false, "no answer within 50ms"));
        silent.close();
    }
}
