package io.outrigger.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.UpstreamTlsConfig;
import io.outrigger.config.UpstreamTlsConfig.MinVersion;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Pki;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.tls.ClientTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connection that is being made while its call ends. Servers that do not answer the handshake leave it so for the 20 s
 * that the rig waits for connections.
 */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class AbandonedConnectTest {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final Rig rig;
    private final Server first;
    private Pki pki;

    @TempDir
    Path folder;

    AbandonedConnectTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport).loops(2).connections(1);
        first = rig.server();
    }

    @BeforeEach
    void speaksTls() throws Exception {
        pki = new Pki(folder, "authority");
        UpstreamTlsConfig config = new UpstreamTlsConfig(
                Optional.of(pki.caFile()),
                Optional.empty(),
                Optional.empty(),
                Optional.of("upstream.test"),
                MinVersion.TLS_1_2);
        rig.upstreamTls(ClientTls.of("rig", config));
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void isUsedByTheNextCallThatGoesTheSameWay() throws Exception {
        answersHandshakes(first);
        Peer upstream = abandoned(0);
        Peer client = rig.clientOn(0).send(get("/second"));
        assertThat(upstream.request().start()).startsWith("GET /second ");
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
        assertThat(rig.connects()).isOne();
    }

    @Test
    void isUsedByACallThatWaits() throws Exception {
        answersHandshakes(first);
        Peer gone = rig.clientOn(0).send(get("/gone"));
        Peer upstream = first.accept();
        Peer client = rig.clientOn(0).send(get("/second"));
        rig.await("it waits", rig::queued);
        gone.close();
        assertThat(rig.ended().kind()).isEqualTo(Kind.CLIENT_GONE);
        assertThat(upstream.request().start()).startsWith("GET /second ");
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
        assertThat(rig.connects()).isOne();
    }

    @Test
    void isKeptForLaterWhereNobodyWaits() throws Exception {
        answersHandshakes(first);
        Peer upstream = abandoned(0);
        Peer client = rig.clientOn(0);
        upstream.session(); // has both sides go through the handshake
        rig.await("it is there", () -> rig.idleConnections() == 1);
        client.send(get("/second"));
        assertThat(upstream.request().start()).startsWith("GET /second ");
        upstream.send(OK);
        client.response();
        assertThat(rig.connects()).isOne();
    }

    @Test
    void isStaleWhereItEndsInsteadOfAnsweringWhoTookItLater() throws Exception {
        answersHandshakes(first);
        Peer upstream = abandoned(0);
        Peer client = rig.clientOn(0);
        upstream.session();
        rig.await("it is there", () -> rig.idleConnections() == 1);
        client.send(get("/second"));
        assertThat(upstream.request().start()).startsWith("GET /second ");
        upstream.close();
        assertThat(client.response().status()).isEqualTo(502);
        assertThat(rig.ended().kind()).isEqualTo(Kind.STALE_CONNECTION);
    }

    @Test
    void givesItsPlaceToACallThatGoesElsewhere() throws Exception {
        Server second = rig.server();
        answersHandshakes(second);
        Peer upstream = abandoned(0);
        answered(rig.clientOn(0).send(get("/second")), second);
        assertThat(upstream.toEnd()).as("nothing but a handshake").startsWith("\26\3");
    }

    @Test
    void givesItsPlaceToACallOfAnotherLoop() throws Exception {
        Server second = rig.server();
        answersHandshakes(second);
        Peer upstream = abandoned(0);
        answered(rig.clientOn(1).send(get("/second")), second);
        assertThat(upstream.toEnd()).startsWith("\26\3");
    }

    @Test
    void givesItsPlaceToACallThatWaitsForItElsewhere() throws Exception {
        Server second = rig.server();
        answersHandshakes(second);
        Peer gone = rig.clientOn(0).send(get("/gone"));
        Peer upstream = first.accept();
        Peer client = rig.clientOn(1).send(get("/second"));
        rig.await("it waits", rig::queued);
        gone.close();
        answered(client, second);
        assertThat(upstream.toEnd()).startsWith("\26\3");
    }

    @Test
    void makesRoomWhereNobodyMayWait() throws Exception {
        rig.connections(1, 0, Duration.ofSeconds(20));
        Server second = rig.server();
        answersHandshakes(second);
        abandoned(0);
        answered(rig.clientOn(0).send(get("/second")), second);
    }

    @Test
    void endsWithItsPool() {
        Peer upstream = abandoned(0);
        rig.retirePool();
        assertThat(upstream.toEnd()).startsWith("\26\3");
    }

    @Test
    void takesWhoeverHasTakenItOverAlongWhenItFails() {
        Peer upstream = abandoned(0);
        Peer client = rig.clientOn(0).send(get("/second"));
        rig.turn();
        upstream.close();
        assertThat(client.response().status()).isEqualTo(502);
        assertThat(rig.ended().failure().kind().cause()).isEqualTo("tls_failed");
    }

    /** A connection to the first server, whose handshake is under way while its call has ended. */
    private Peer abandoned(int loop) {
        Peer client = rig.clientOn(loop).send(get("/gone"));
        Peer upstream = first.accept();
        client.close();
        assertThat(rig.ended().kind()).isEqualTo(Kind.CLIENT_GONE);
        return upstream;
    }

    private static void answered(Peer client, Server server) {
        Peer upstream = server.accept();
        assertThat(upstream.request().start()).startsWith("GET /second ");
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
    }

    private void answersHandshakes(Server server) throws Exception {
        server.secured(pki.context(pki.issue("upstream.test")), false);
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nhost: a\r\n\r\n";
    }
}
