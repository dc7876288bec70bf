package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a message arrives on the other side, and how it is framed there (RFC 9110 §7.6, RFC 9112 §6). */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class RelayTest {
    private final Rig rig;
    private final Server server;

    RelayTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void aRequestArrivesWithItsEndToEndFieldsAndOurs() {
        Peer client = rig.client()
                .send(
                        "POST /a?b=%C3%A4&\u00e4 HTTP/1.1\r\nHost: Shop.example\r\nX-A:  1 \r\nconnection: x-hop\r\nx-hop: 1\r\n"
                                + "keep-alive: 5\r\nTE: trailers\r\nproxy-connection: x\r\nx-a: 2\r\ncontent-length: 3\r\n\r\nabc");
        Message request = server.accept().request();
        assertThat(request.start()).isEqualTo("POST /a?b=%C3%A4&\u00e4 HTTP/1.1");
        assertThat(request.fields().subList(0, 4))
                .containsExactly("Host: Shop.example", "X-A:  1 ", "x-a: 2", "content-length: 3");
        assertThat(request.field("via")).isEqualTo("1.1 outrigger");
        assertThat(request.field("x-request-id")).matches("[0-9a-f]{32}");
        assertThat(request.field("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
        assertThat(request.field("te")).isEqualTo("trailers");
        assertThat(request.field("connection")).isEqualTo("te");
        assertThat(request.fields()).hasSize(9);
        assertThat(request.body()).isEqualTo("abc");
        client.close();
    }

    @Test
    void aResponseArrivesWithItsEndToEndFieldsAndOurs() {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\nx-request-id: mine.1\r\n\r\n");
        Peer upstream = server.accept();
        assertThat(upstream.request().field("x-request-id")).isEqualTo("mine.1");
        upstream.send("HTTP/1.1 299 Whatever\r\nX-B: 1\r\nconnection: x-hop\r\nx-hop: 1\r\nx-request-id: other\r\n"
                + "keep-alive: 5\r\nx-b: 2\r\nContent-Length: 2\r\n\r\nhi");
        Message response = client.response();
        assertThat(response.start()).isEqualTo("HTTP/1.1 299 ");
        assertThat(response.fields().subList(0, 3)).containsExactly("X-B: 1", "x-b: 2", "Content-Length: 2");
        assertThat(response.field("via")).isEqualTo("1.1 outrigger");
        assertThat(response.field("x-request-id")).isEqualTo("mine.1");
        assertThat(response.field("date")).matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
        assertThat(response.fields()).hasSize(6);
    }

    @Test
    void chunkedContentIsRelayedWithItsTrailersBothWays() {
        Peer client = rig.client().send("PUT / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
        client.send("3;ext=1\r\nabc\r\n00a\r\n0123456789\r\n");
        client.send("0\r\nX-Sum: 1\r\ncontent-length: 3\r\nx-more: 2\r\n\r\n");
        Peer upstream = server.accept();
        Message request = upstream.request();
        assertThat(request.body()).isEqualTo("abc0123456789");
        assertThat(request.trailers()).containsExactly("X-Sum: 1", "x-more: 2");

        upstream.send("HTTP/1.1 200 OK\r\ntrailer: x-t\r\ntransfer-encoding: chunked\r\n\r\n4\r\nwxyz\r\n");
        assertThat(client.head().field("trailer")).isEqualTo("x-t");
        assertThat(client.chunk()).as("before the rest is there").isEqualTo("wxyz");
        upstream.send("1\r\n!\r\n0\r\nx-t: done\r\n\r\n");
        assertThat(client.chunk()).isEqualTo("!");
        assertThat(client.line()).isEqualTo("0");
        assertThat(client.line()).isEqualTo("x-t: done");
        assertThat(client.line()).isEmpty();
        assertThat(rig.idleConnections()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n"
            })
    void aResponseToHeadHasNoContentAndPassesWithTheLengthThatItTells(String head) {
        Peer client = rig.client().send("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send(head);
        Message response = client.head();
        assertThat(response.field("content-length")).isEqualTo(head.contains("length") ? "10" : null);
        client.send("GET /next HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(upstream.request().start()).startsWith("GET /next");
        upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
            })
    void whatHasNoContentIsNotWaitedFor(String head) {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        for (int i = 0; i < 3; i++) {
            upstream.request();
            upstream.send(head);
            assertThat(client.head().start()).startsWith(head.substring(0, 12));
            client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        }
        assertThat(rig.connects()).isOne();
    }

    @Test
    void nobodyIsToldTheLengthOfContentThatNeverComes() {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 103 Early Hints\r\ncontent-length: 5\r\n\r\n");
        upstream.send("HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n");
        assertThat(client.head().field("content-length")).isNull();
        Message answer = client.head();
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.field("content-length")).isNull();
        assertThat(answer.closes()).isFalse();
        assertThat(upstream.ends()).as("it may have content all the same").isTrue();
    }

    @Test
    void contentUpToTheEndOfTheConnectionIsChunkedForHttp11() {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.0 200 OK\r\n\r\nall of ");
        assertThat(client.head().field("transfer-encoding")).isEqualTo("chunked");
        assertThat(client.chunk()).isEqualTo("all of ");
        upstream.send("it").close();
        assertThat(client.chunk()).isEqualTo("it");
        assertThat(client.chunk()).isEmpty();
    }

    @Test
    void contentOfUnknownLengthEndsWithTheConnectionForHttp10() {
        Peer client = rig.client().send("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
        Peer upstream = server.accept();
        Message request = upstream.request();
        assertThat(request.start()).endsWith("HTTP/1.1");
        assertThat(request.field("host")).isEqualTo(server.authority());
        upstream.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-t: 1\r\n\r\n");
        Message response = client.response();
        assertThat(response.closes()).isTrue();
        assertThat(response.body()).isEqualTo("abc");
        assertThat(rig.ended().failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD 200", "GET 204", "GET 304"})
    void aFilterThatAnswersWithContentWhereNoneMayBeDoesNoHarmAndHeadIsToldItsLength(String what) {
        int status = Integer.parseInt(what.split(" ")[1]);
        rig.filters(_ -> (_, _) -> Reply.of(new Response(
                status, Headers.of("x-a", "1"), Body.of(Unpooled.copiedBuffer("content", StandardCharsets.US_ASCII)))));
        Peer client = rig.client();
        for (int i = 0; i < 2; i++) {
            client.send(what.split(" ")[0] + " / HTTP/1.1\r\nhost: a\r\n\r\n");
            Message response = client.head();
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.field("content-length")).isEqualTo(status == 200 ? "7" : null);
        }
        client.endOutput();
        assertThat(client.ends()).isTrue();
    }
}
