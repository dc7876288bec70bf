package io.outrigger.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.PoolConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.fixtures.Transport;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections are used again, in which order, and for how long. */
@ParameterizedClass
@EnumSource(Transport.class)
class PoolReuseTest {
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final Rig rig;
    private final Server server;

    PoolReuseTest(Transport transport) {
        rig = new Rig(transport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void theConnectionGivenBackLastIsUsedFirst() {
        Peer one = rig.client().send(GET);
        Peer first = server.accept();
        Peer two = rig.client().send(GET);
        Peer second = server.accept();
        answer(second, two);
        answer(first, one);
        assertThat(rig.idleConnections()).isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            two.send(GET);
            answer(first, two);
        }
    }

    @Test
    void aConnectionServesNoMoreRequestsThanItMay() {
        rig.pool(c -> new PoolConfig(10, 0, c.maxWait(), c.idleTimeout(), 2, Duration.ZERO));
        Peer client = rig.client();
        for (int i = 0; i < 2; i++) {
            client.send(GET);
            Peer upstream = server.accept();
            answer(upstream, client);
            client.send(GET);
            answer(upstream, client);
            assertThat(upstream.ends()).isTrue();
        }
    }

    @Test
    void aConnectionThatIsTooOldIsNotUsedAgain() {
        rig.pool(c -> new PoolConfig(10, 0, c.maxWait(), c.idleTimeout(), 0, Duration.ofMillis(20)));
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        rig.turnFor(Duration.ofMillis(25));
        upstream.send(OK);
        client.response();
        assertThat(upstream.ends()).isTrue();
    }

    @Test
    void anIdleConnectionIsClosedAfterAWhile() {
        rig.pool(c -> new PoolConfig(10, 0, c.maxWait(), Duration.ofMillis(30), 0, Duration.ZERO));
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        long before = System.nanoTime();
        answer(upstream, client);
        assertThat(upstream.ends()).isTrue();
        assertThat(System.nanoTime() - before)
                .isGreaterThanOrEqualTo(Duration.ofMillis(30).toNanos());
        assertThat(rig.idleConnections()).isZero();
        client.send(GET);
        answer(server.accept(), client);
    }

    @Test
    void aRetiredPoolClosesIdleConnectionsNowAndBusyOnesWhenTheyComeBack() {
        Peer one = rig.client().send(GET);
        Peer idle = server.accept();
        Peer two = rig.client().send(GET);
        Peer busy = server.accept();
        answer(idle, one);
        rig.retirePool();
        assertThat(idle.ends()).isTrue();
        answer(busy, two);
        assertThat(busy.ends()).isTrue();
        one.send(GET);
        Peer last = server.accept();
        answer(last, one);
        assertThat(last.ends()).isTrue();
    }

    @Test
    void connectionsToAnEndpointThatIsGoneAreNotKept() {
        Server stays = rig.server();
        Peer one = rig.client().send(GET);
        Peer idle = server.accept();
        Peer two = rig.client().send(GET);
        Peer other = stays.accept();
        Peer three = rig.client().send(GET);
        Peer busy = server.accept();
        answer(idle, one);
        answer(other, two);
        rig.remove(server);
        assertThat(idle.ends()).isTrue();
        answer(busy, three);
        assertThat(busy.ends()).isTrue();
        one.send(GET);
        answer(other, one);
    }

    @Test
    void aConnectionGivenBackWithReadingSwitchedOffIsFineForItsNextUser() {
        rig.connections(1).filters(PoolReuseTest::readLate);
        Peer one = rig.client().send(GET);
        Peer upstream = server.accept();
        answer(upstream, one);
        one.send(GET); // from the idle ones
        upstream.request();
        Peer two = rig.client().send(GET); // waits, and gets it handed over
        rig.await("it waits", rig::queued);
        upstream.send(OK);
        assertThat(one.response().body()).isEqualTo("ok");
        answer(upstream, two);
        upstream.close();
        rig.await("its end is seen", () -> rig.idleConnections() == 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nX",
                "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil",
                "HTTP/1.1 304 Not Modified\r\ncontent-length: 4\r\n\r\nevil",
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok",
                "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok"
            })
    void whatIsNotCleanIsNotUsedAgain(String response) {
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send(response);
        assertThat(client.response().start())
                .startsWith(response.substring(0, 12).replace("1.0", "1.1"));
        client.send(GET);
        answer(server.accept(), client);
        assertThat(upstream.ends() || upstream.breaks()).isTrue();
    }

    @Test
    void bytesThatNobodyAskedForNeverAnswerTheNextRequest() {
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        answer(upstream, client);
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil");
        rig.await("it is closed", () -> rig.idleConnections() == 0);
        client.send(GET);
        answer(server.accept(), client);
    }

    @Test
    void anHttp10ServerMayKeepItsConnection() {
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok");
        client.response();
        client.send(GET);
        answer(upstream, client);
    }

    @Test
    void theRestOfAnUnwantedResponseIsReadToSaveItsConnectionWhenItIsShort() {
        rig.filters(PoolReuseTest::answerElse);
        Peer client = rig.client().send(GET);
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 50000\r\n\r\n" + "x".repeat(10_000));
        assertThat(client.response().status()).isEqualTo(299);
        upstream.send("x".repeat(40_000));
        rig.await("it is drained", () -> rig.idleConnections() == 1);
        client.send(GET);
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 5000000\r\n\r\n" + "x".repeat(100_000));
        assertThat(client.response().status()).isEqualTo(299);
        assertThat(upstream.breaks() || upstream.ends())
                .as("too long to wait for")
                .isTrue();
        assertThat(rig.ended().failure()).isNull();
    }

    private static void answer(Peer upstream, Peer client) {
        upstream.request();
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
    }

    private static Service answerElse(Service upstream) {
        return (exchange, request) ->
                upstream.send(exchange, request).then(_ -> Reply.of(new Response(299, Headers.NONE, Body.EMPTY)));
    }

    /** Begins to read each response some milliseconds after its head, when all of it is there. */
    private static Service readLate(Service upstream) {
        return (exchange, request) ->
                upstream.send(exchange, request).map(head -> head.withBody(new LateBody(head.body(), exchange)));
    }

    private record LateBody(Body body, Exchange exchange) implements Body {
        @Override
        public long length() {
            return body.length();
        }

        @Override
        public void pushTo(Sink sink) {
            exchange.loop().after(5_000_000, () -> body.pushTo(sink));
        }

        @Override
        public void resume() {
            body.resume();
        }

        @Override
        public void discard(Failure why) {
            body.discard(why);
        }
    }
}
