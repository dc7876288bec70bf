package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Ended;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.fixtures.Transport;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a client goes, everything that is done for it stops. */
@ParameterizedClass
@EnumSource(Transport.class)
class ClientGoneTest {
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    /** How a client goes; ending its own side counts as that. */
    enum Going {
        CLOSE,
        RESET,
        END_OUTPUT
    }

    private final Rig rig;
    private final Server server;

    ClientGoneTest(Transport transport) {
        rig = new Rig(transport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatWaitsForItsAnswerIsGivenUp(Going how) {
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        go(client, how);
        assertGone(Delivery.UNKNOWN);
        assertThat(upstream.ends()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anUploadIsCutShort(Going how) {
        Peer client =
                rig.client().send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n4\r\nsome\r\n");
        Peer upstream = server.accept();
        upstream.head();
        assertThat(upstream.chunk()).isEqualTo("some");
        go(client, how);
        assertGone(Delivery.UNKNOWN);
        assertThat(upstream.ends()).as("without a last chunk").isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aDownloadIsStopped(Going how) {
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nsome");
        client.head();
        assertThat(client.bytes(4)).isEqualTo("some");
        go(client, how);
        assertGone(Delivery.ANSWERED);
        assertThat(upstream.ends() || upstream.breaks()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void pipelinedRequestsBehindTheCurrentOneAreNotSent(Going how) {
        Peer client = rig.client().send(GET + GET + GET);
        Peer upstream = server.accept();
        upstream.request();
        go(client, how);
        assertGone(Delivery.UNKNOWN);
        assertThat(upstream.ends()).isTrue();
        assertThat(rig.connects()).isOne();
    }

    @Test
    void aDownloadThatTheServerHasEndedAlreadyIsStoppedToo() {
        Peer client = rig.client(4096).send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n");
        Thread sender = Thread.startVirtualThread(() -> {
            try {
                upstream.send(new byte[100_000_000]);
            } catch (UncheckedIOException e) {
                // the proxy has closed
            }
        });
        client.head();
        client.reset();
        rig.await("the server is stopped", () -> !sender.isAlive());
        assertThat(rig.ended().kind()).isEqualTo(Kind.CLIENT_GONE);
    }

    @Test
    void aClientThatGoesBetweenRequestsHarmsNothing() {
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
        client.head();
        client.send("GET / HTT").close();
        rig.await("no client", () -> rig.clientsConnected() == 0);
        assertThat(rig.ended().failure()).isNull();
        assertThat(rig.idleConnections()).isOne();
    }

    private static void go(Peer client, Going how) {
        switch (how) {
            case CLOSE -> client.close();
            case RESET -> client.reset();
            case END_OUTPUT -> {
                client.endOutput();
                assertThat(client.breaks()).isFalse();
            }
        }
    }

    private void assertGone(Delivery delivery) {
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.CLIENT_GONE);
        assertThat(ended.failure().blame()).isEqualTo(Blame.CLIENT);
        assertThat(ended.failure().delivery()).isEqualTo(delivery);
    }
}
