package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses before the response (RFC 9110 §15.2), and what is expected of them (§10.1.1). */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class InterimTest {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final Rig rig;
    private final Server server;

    InterimTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void interimResponsesAreRelayedWithTheirFields() {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 102 x\r\n\r\n");
        Message hints = client.head();
        assertThat(hints.start()).isEqualTo("HTTP/1.1 103 Early Hints");
        assertThat(hints.field("link")).isEqualTo("</a.css>; rel=preload");
        assertThat(client.head().start()).isEqualTo("HTTP/1.1 102 Processing");
        upstream.send("HTTP/1.1 103 Early Hints\r\n\r\n" + OK);
        assertThat(client.head().status()).isEqualTo(103);
        assertThat(client.response().body()).isEqualTo("ok");
    }

    @Test
    void anHttp10ClientSeesNoInterimResponse() {
        Peer client = rig.client().send("GET / HTTP/1.0\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 103 Early Hints\r\n\r\n" + OK);
        assertThat(client.response().status()).isEqualTo(200);
    }

    @Test
    void theContinueThatAClientWaitsForComesFromTheServer() {
        Peer client =
                rig.client().send("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n");
        Peer upstream = server.accept();
        assertThat(upstream.head().field("expect")).isEqualTo("100-continue");
        upstream.send("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(100);
        client.send("data");
        assertThat(upstream.bytes(4)).isEqualTo("data");
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
        assertThat(rig.idleConnections()).isOne();
    }

    @Test
    void aServerMayRefuseWhatAClientOffersToSend() {
        Peer client =
                rig.client().send("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n");
        Peer upstream = server.accept();
        upstream.head();
        upstream.send("HTTP/1.1 417 Expectation Failed\r\ncontent-length: 0\r\n\r\n");
        Message response = client.response();
        assertThat(response.status()).isEqualTo(417);
        assertThat(response.closes())
                .as("nobody can tell whether the content follows")
                .isTrue();
        assertThat(upstream.ends()).isTrue();
        assertThat(client.ends()).isTrue();
        assertThat(rig.ended().failure()).isNull();
    }

    @Test
    void aFloodOfInterimResponsesIsCut() {
        Peer client = rig.client().send("GET / HTTP/1.0\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 102 Processing\r\n\r\n".repeat(65));
        assertThat(client.response().status()).isEqualTo(502);
        assertThat(rig.ended().kind()).isEqualTo(Kind.BAD_RESPONSE);
        assertThat(upstream.breaks() || upstream.ends()).isTrue();
    }
}
