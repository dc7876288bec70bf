package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many requests a client's connection takes, and in which order they are answered (RFC 9112 §9). */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class KeepAliveTest {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final Rig rig;
    private final Server server;

    KeepAliveTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        server.answering(request -> {
            String path = request.start().split(" ")[1];
            return "HTTP/1.1 200 OK\r\ncontent-length: " + path.length() + "\r\n\r\n" + path;
        });
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            all.append("GET /").append(i).append(" HTTP/1.1\r\nhost: a\r\n\r\n");
            all.append("POST /p").append(i).append(" HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc");
            all.append("\r\nPOST /c").append(i).append(" HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
            all.append("3\r\nabc\r\n0\r\n\r\n");
        }
        Peer client = rig.client().send(all.toString());
        for (int i = 0; i < 50; i++) {
            assertThat(client.response().body()).isEqualTo("/" + i);
            assertThat(client.response().body()).isEqualTo("/p" + i);
            assertThat(client.response().body()).isEqualTo("/c" + i);
        }
        assertThat(rig.connects())
                .as("one request at a time needs one connection")
                .isOne();
    }

    @Test
    void theSecondOfTwoPipelinedRequestsIsSentWhenTheFirstIsAnswered() {
        Peer client = rig.client().send("GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        assertThat(upstream.request().start()).startsWith("GET /1 ");
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nha");
        assertThat(client.head().status()).isEqualTo(200);
        assertThat(client.bytes(2)).isEqualTo("ha");
        rig.turn();
        assertThat(rig.connects()).isOne();

        upstream.send("lf");
        assertThat(client.bytes(2)).isEqualTo("lf");
        assertThat(upstream.request().start()).startsWith("GET /2 ");
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
    }

    @Test
    void aMalformedRequestBehindAnotherDoesNotHarmItsAnswer() {
        server.answering(_ -> OK);
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nbad field\r\n\r\n");
        assertThat(client.response().body()).isEqualTo("ok");
        Message refused = client.response();
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.closes()).isTrue();
        assertThat(client.ends()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    HTTP/1.1, '',                    true,
                    HTTP/1.1, connection: keep-alive, true,
                    HTTP/1.1, connection: close,      false, close
                    HTTP/1.1, 'connection: x, Close', false, close
                    HTTP/1.0, '',                    false, close
                    HTTP/1.0, connection: close,      false, close
                    HTTP/1.0, connection: keep-alive, true, keep-alive
                    HTTP/1.0, 'connection: keep-alive, close', false, close
                    """)
    void aConnectionIsKeptAsTheClientWants(String version, String field, boolean kept, String told) {
        server.answering(_ -> OK);
        String request = "GET / " + version + "\r\nhost: a\r\n" + (field.isEmpty() ? "" : field + "\r\n") + "\r\n";
        Peer client = rig.client().send(request);
        Message response = client.response();
        assertThat(response.start()).startsWith("HTTP/1.1 200");
        assertThat(response.field("connection")).isEqualTo(told);
        if (kept) {
            assertThat(client.send(request).response().body()).isEqualTo("ok");
            client.endOutput();
        }
        assertThat(client.ends()).isTrue();
        assertThat(rig.connects()).isOne();
    }

    @Test
    void theLastRequestOfAConnectionIsAnsweredAndWhatFollowsIsNot() {
        server.answering(_ -> OK);
        Peer client = rig.client()
                .send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\nGET /never HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(client.response().closes()).isTrue();
        assertThat(client.ends()).isTrue();
        rig.ended();
    }

    @Test
    void whatTheServerDoesWithItsConnectionIsNotTheClientsConcern() {
        server.answering(_ -> "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
        Peer client = rig.client();
        for (int i = 0; i < 3; i++) {
            Message response = client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").response();
            assertThat(response.has("connection")).isFalse();
        }
        assertThat(rig.connects()).isEqualTo(3);
    }

    @Test
    void aDrainingProxyAnswersAndAsksItsClientsToClose() {
        server.answering(_ -> OK);
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(client.response().closes()).isFalse();
        rig.drain();
        assertThat(client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").response().closes())
                .isTrue();
        assertThat(client.ends()).isTrue();
    }

    @Test
    void emptyLinesBetweenRequestsAreSkipped() {
        server.answering(_ -> OK);
        Peer client = rig.client();
        for (String before : new String[] {"\r\n", "\r\n\r\n\r\n"}) {
            assertThat(client.send(before + "GET / HTTP/1.1\r\nhost: a\r\n\r\n")
                            .response()
                            .body())
                    .isEqualTo("ok");
        }
    }
}
