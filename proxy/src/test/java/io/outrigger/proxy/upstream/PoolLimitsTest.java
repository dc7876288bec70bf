package io.outrigger.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.proxy.fixtures.Ended;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.fixtures.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many connections a pool opens, over all loops, and who waits for one. */
@ParameterizedClass
@EnumSource(Transport.class)
class PoolLimitsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final Rig rig;
    private final Server server;

    PoolLimitsTest(Transport transport) {
        rig = new Rig(transport).loops(2);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n"
            })
    void aConnectionThatComesFreeGoesToTheRequestThatWaitsForIt(String answer) {
        rig.connections(1);
        Peer first = rig.clientOn(0).send(get("/first"));
        Peer upstream = server.accept();
        upstream.request();
        Peer second = rig.clientOn(0).send(get("/second"));
        rig.await("the second waits", rig::queued);

        upstream.send(answer);
        assertThat(first.head().start()).startsWith(answer.substring(0, 12));
        assertThat(upstream.request().start()).startsWith("GET /second ");
        upstream.send(OK);
        assertThat(second.response().body()).isEqualTo("ok");
        assertThat(rig.connects()).isOne();
    }

    @Test
    void aRetiredPoolUnderSlotsLetsInWhoHasOne() {
        rig.connections(1, 0, LONG);
        Peer first = rig.clientOn(0).send(get("/first"));
        Peer upstream = server.accept();
        upstream.request();
        rig.retirePoolUnderSlots();
        Peer second = rig.clientOn(1).send(get("/second"));
        isLetInBeside(second, first, upstream);
    }

    @Test
    void aRetiredPoolUnderSlotsLetsInWhoWaitsInItsQueue() {
        rig.connections(1, 1, LONG);
        Peer first = rig.clientOn(0).send(get("/first"));
        Peer upstream = server.accept();
        upstream.request();
        Peer second = rig.clientOn(1).send(get("/second"));
        rig.await("it waits", () -> rig.queueLength() == 1);
        rig.retirePoolUnderSlots();
        isLetInBeside(second, first, upstream);
    }

    private void isLetInBeside(Peer second, Peer first, Peer upstreamOfFirst) {
        Peer other = server.accept();
        assertThat(other.request().start()).startsWith("GET /second ");
        other.send(OK);
        assertThat(second.response().body()).isEqualTo("ok");
        upstreamOfFirst.send(OK);
        assertThat(first.response().body()).isEqualTo("ok");
    }

    @Test
    void requestsWaitInTheOrderInWhichTheyCameOverAllLoops() {
        rig.connections(1);
        Peer first = rig.clientOn(0).send(get("/first"));
        Peer upstream = server.accept();
        upstream.request();
        List<Peer> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(rig.clientOn((i + 1) % 2));
        }
        for (int i = 0; i < 6; i++) {
            clients.get(i).send(get("/" + i));
            int waiting = i + 1;
            rig.await("it waits", () -> rig.queueLength() == waiting);
        }
        upstream.send(OK);
        first.response();
        for (int i = 0; i < 6; i++) {
            // each is of another loop than the one before, so that a place is handed on and not a connection
            if (upstream.more()) {
                throw new AssertionError("reused across loops");
            }
            upstream = server.accept();
            assertThat(upstream.request().start()).startsWith("GET /" + i + " ");
            upstream.send(OK);
            assertThat(clients.get(i).response().body()).isEqualTo("ok");
        }
    }

    @Test
    void theLimitHoldsForTheWholeProcess() {
        rig.connections(3);
        List<Peer> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(rig.clientOn(i % 2).send(get("/")));
        }
        for (int i = 0; i < 3; i++) {
            server.accept();
        }
        rig.await("three wait", () -> rig.queueLength() == 3);
        assertThat(rig.activeConnections()).isEqualTo(3);
        assertThat(rig.connects()).isEqualTo(3);
        clients.forEach(Peer::close);
        rig.await("nobody waits", () -> rig.queueLength() == 0);
    }

    @Test
    void anIdleConnectionOfAnotherLoopGivesItsPlaceUpAtTheLimit() {
        rig.connections(1);
        Peer one = rig.clientOn(0).send(get("/1"));
        Peer upstream = server.accept();
        upstream.request();
        upstream.send(OK);
        one.response();
        assertThat(rig.idleConnections()).isOne();

        Peer other = rig.clientOn(1).send(get("/2"));
        assertThat(upstream.ends()).isTrue();
        Peer next = server.accept();
        assertThat(next.request().start()).startsWith("GET /2 ");
        next.send(OK);
        assertThat(other.response().body()).isEqualTo("ok");
    }

    @Test
    void anIdleConnectionToAnotherEndpointGivesItsPlaceUpAtTheLimit() {
        Server elsewhere = rig.server();
        rig.connections(1);
        Peer client = rig.clientOn(0).send(get("/1"));
        Peer upstream = server.accept();
        upstream.request();
        upstream.send(OK);
        client.response();
        client.send(get("/2"));
        Peer next = elsewhere.accept();
        assertThat(next.request().start()).startsWith("GET /2 ");
        assertThat(upstream.ends()).isTrue();
        next.send(OK);
        client.response();
    }

    @Test
    void whoWaitsForTooLongIsTurnedAway() {
        rig.connections(1, 10, Duration.ofMillis(30));
        Peer first = rig.clientOn(0).send(get("/"));
        Peer upstream = server.accept();
        Peer second = rig.clientOn(1).send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc");
        Message response = second.response();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.field("proxy-status"))
                .isEqualTo("outrigger; error=connection_limit_reached; "
                        + "details=\"no connection of upstream rig came free within 30 ms\"");
        assertThat(response.closes()).as("its body was there").isFalse();
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.POOL_FULL);
        assertThat(ended.failure().blame()).isEqualTo(Blame.PROXY);
        assertThat(ended.exchange().delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(rig.queued()).isFalse();
        upstream.request();
        upstream.send(OK);
        assertThat(first.response().status()).isEqualTo(200);
    }

    @Test
    void whoComesToAFullQueueIsTurnedAwayAtOnce() {
        rig.connections(1, 1, LONG);
        rig.clientOn(0).send(get("/"));
        server.accept();
        rig.clientOn(1).send(get("/"));
        rig.await("one waits", rig::queued);
        Message response = rig.clientOn(0).send(get("/")).response();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).contains("upstream rig has 1 connections and 1 requests waiting");
        assertThat(rig.ended().kind()).isEqualTo(Kind.POOL_FULL);
    }

    @Test
    void nobodyWaitsWhereNobodyMay() {
        rig.connections(1, 0, LONG);
        rig.clientOn(0).send(get("/"));
        server.accept();
        assertThat(rig.clientOn(0).send(get("/")).response().status()).isEqualTo(503);
    }

    @Test
    void aClientThatLeavesTheQueueLeavesNoGap() {
        rig.connections(1);
        Peer first = rig.clientOn(0).send(get("/first"));
        Peer upstream = server.accept();
        upstream.request();
        Peer second = rig.clientOn(0).send(get("/second"));
        rig.await("the second waits", () -> rig.queueLength() == 1);
        Peer third = rig.clientOn(0).send(get("/third"));
        rig.await("the third waits", () -> rig.queueLength() == 2);
        second.close();
        rig.await("the second has left", () -> rig.queueLength() == 1);
        assertThat(rig.ended().kind()).isEqualTo(Kind.CLIENT_GONE);
        upstream.send(OK);
        first.response();
        assertThat(upstream.request().start()).startsWith("GET /third ");
        upstream.send(OK);
        assertThat(third.response().status()).isEqualTo(200);
    }

    @Test
    void theNextInTheQueueIsServedWhenAConnectionCannotBeOpened() {
        rig.connections(1);
        Server gone = rig.server();
        Peer first = rig.clientOn(0).send(get("/first"));
        Peer upstream = server.accept();
        upstream.request();
        gone.close();
        Peer second = rig.clientOn(1).send(get("/second")); // is for the endpoint that is gone
        rig.await("the second waits", () -> rig.queueLength() == 1);
        Peer third = rig.clientOn(1).send(get("/third"));
        rig.await("the third waits", () -> rig.queueLength() == 2);
        upstream.send(OK);
        first.response();
        assertThat(second.response().status()).isEqualTo(502);
        Peer next = server.accept();
        assertThat(next.request().start()).startsWith("GET /third ");
        next.send(OK);
        assertThat(third.response().status()).isEqualTo(200);
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nhost: a\r\n\r\n";
    }
}
