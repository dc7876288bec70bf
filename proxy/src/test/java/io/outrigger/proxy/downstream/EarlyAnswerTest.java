package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.fixtures.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are complete before the request is: the client can read them, although it may still be sending. */
@ParameterizedClass
@EnumSource(Transport.class)
class EarlyAnswerTest {
    private static final String UPLOAD = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9000000\r\n\r\n";

    private final Rig rig;
    private final Server server;

    EarlyAnswerTest(Transport transport) {
        rig = new Rig(transport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void aServerMayAnswerBeforeAllIsSent() {
        Peer client = rig.client().send(UPLOAD + "begin");
        Peer upstream = server.accept();
        upstream.head();
        assertThat(upstream.bytes(5)).isEqualTo("begin");
        upstream.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nno!");
        assertThat(upstream.ends()).as("it would wait for the rest").isTrue();
        client.send(new byte[8_000_000]); // nothing stops it, and nothing is reset
        Message response = client.response();
        assertThat(response.status()).isEqualTo(413);
        assertThat(response.closes()).isTrue();
        assertThat(response.body()).isEqualTo("no!");
        assertThat(client.ends()).isTrue();
        assertThat(rig.ended().failure()).isNull();
    }

    @Test
    void bothSidesMayTalkAtTheSameTime() {
        Peer client = rig.client().send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nyou\r\n");
        Peer upstream = server.accept();
        upstream.head();
        assertThat(upstream.chunk()).isEqualTo("you");
        upstream.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nme\r\n");
        assertThat(client.head().closes())
                .as("nobody knows whether all of the request will come")
                .isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(client.chunk()).isEqualTo("me");
            client.send("3\r\nyou\r\n");
            assertThat(upstream.chunk()).isEqualTo("you");
            upstream.send("2\r\nme\r\n");
        }
        client.send("0\r\n\r\n");
        assertThat(upstream.chunk()).isEmpty();
        upstream.send("0\r\n\r\n");
        assertThat(client.chunk()).isEqualTo("me");
        assertThat(client.chunk()).isEmpty();
        assertThat(rig.idleConnections()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/9.1\r\nhost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nhost: a\r\nx y: z\r\n\r\n",
                "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nno size\r\n"
            })
    void aRefusalCanBeReadByAClientThatSendsOn(String malformed) {
        Peer client = rig.client().send(malformed).send(new byte[8_000_000]);
        Message response = client.response();
        assertThat(response.status()).isBetween(400, 505);
        assertThat(response.closes()).isTrue();
        assertThat(client.ends()).isTrue();
        client.send(new byte[1_000_000]);
    }

    @Test
    void aMalformedBodyEndsTheCallAndIsToldToTheClient() {
        Peer client =
                rig.client().send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n4\r\nsome\r\n");
        Peer upstream = server.accept();
        upstream.head();
        assertThat(upstream.chunk()).isEqualTo("some");
        client.send("-1\r\n");
        Message response = client.response();
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.field("proxy-status"))
                .isEqualTo("outrigger; error=http_request_error; details=\"chunk size that is not hexadecimal\"");
        assertThat(response.closes()).isTrue();
        assertThat(upstream.ends()).as("without a last chunk").isTrue();
        assertThat(rig.ended().kind()).isEqualTo(Kind.BAD_BODY);
    }

    @Test
    void aFailureBeforeAllIsSentIsToldTheSameWay() {
        Peer client = rig.client().send(UPLOAD + "begin");
        Peer upstream = server.accept();
        upstream.head();
        upstream.close();
        client.send(new byte[8_000_000]);
        Message response = client.response();
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.closes()).isTrue();
        assertThat(client.ends()).isTrue();
    }
}
