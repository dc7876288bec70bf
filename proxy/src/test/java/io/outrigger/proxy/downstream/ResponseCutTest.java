package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Ended;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A response that breaks off is never made to look complete. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class ResponseCutTest {
    private final Rig rig;
    private final Server server;

    ResponseCutTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contentOfAKnownLengthStaysShort(boolean reset) {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        answerPartly("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n", "some", reset);
        assertThat(client.head().field("content-length")).isEqualTo("10");
        assertThat(client.toEnd()).isEqualTo("some");
        assertCut();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void chunkedContentHasNoEnd(boolean reset) {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        answerPartly("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "4\r\nsome\r\n", reset);
        assertThat(client.head().field("transfer-encoding")).isEqualTo("chunked");
        assertThat(client.toEnd()).isEqualTo("4\r\nsome\r\n");
        assertCut();
    }

    @Test
    void contentUpToTheEndOfTheConnectionHasNoEndWhenThatIsAnError() {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        answerPartly("HTTP/1.1 200 OK\r\n\r\n", "some", true);
        client.head();
        assertThat(client.toEnd()).isEqualTo("4\r\nsome\r\n");
        assertCut();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anHttp10ClientThatCannotKnowTheLengthGetsAReset(boolean reset) {
        Peer client = rig.client().send("GET / HTTP/1.0\r\n\r\n");
        answerPartly("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "4\r\nsome\r\n", reset);
        Message head = client.head();
        assertThat(head.has("transfer-encoding")).isFalse();
        assertThat(head.closes()).isTrue();
        assertThat(client.breaks()).isTrue();
        assertCut();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"zz\r\n", "ffffffffffffffffff\r\n", "3\r\nabcd\r\n", "3\nabc\n", "0\r\nbad trailer\r\n\r\n"})
    void contentThatMakesNoSenseIsCutWhereItDoesSo(String malformed) {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nsome\r\n");
        client.head();
        assertThat(client.chunk()).isEqualTo("some");
        upstream.send(malformed);
        assertThat(client.toEnd()).doesNotContain("0\r\n");
        assertThat(upstream.ends() || upstream.breaks()).isTrue();
        assertCut();
    }

    @Test
    void aCompleteResponseIsNotCutByTheEndBehindIt() {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nsome");
        upstream.reset();
        assertThat(client.response().body()).isEqualTo("some");
        assertThat(rig.ended().failure()).isNull();
    }

    private void answerPartly(String head, String part, boolean reset) {
        Peer upstream = server.accept();
        upstream.request();
        upstream.send(head + part);
        rig.turn();
        if (reset) {
            upstream.reset();
        } else {
            upstream.close();
        }
    }

    private void assertCut() {
        Ended ended = rig.ended();
        assertThat(ended.outcome().status()).isEqualTo(200);
        assertThat(ended.kind()).isEqualTo(Kind.RESPONSE_CUT);
        assertThat(ended.failure().blame()).isEqualTo(Blame.UPSTREAM);
        assertThat(ended.exchange().delivery()).isEqualTo(Delivery.UNKNOWN);
    }
}
