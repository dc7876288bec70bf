package io.outrigger.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Service;
import io.outrigger.proxy.fixtures.Ended;
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

/** Connections that ended while nobody used them, and what their next request comes to know of it. */
@ParameterizedClass
@EnumSource(Transport.class)
class StaleConnectionTest {
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 200000\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    /** How a server ends a connection. */
    enum End {
        CLOSE,
        RESET
    }

    private final Rig rig;
    private final Server server;
    private final Peer client;
    private final boolean unix;
    private Peer upstream;
    private volatile boolean fresh; // whether requests ask for a connection that was never used
    private volatile Runnable before = () -> {}; // what happens on the loop before a request is sent

    StaleConnectionTest(Transport transport) {
        rig = new Rig(transport).filters(this::afterSomething);
        server = rig.server();
        client = rig.client();
        unix = transport.unix();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    /** The loop stands still meanwhile, so that it cannot have heard of it. */
    private Service afterSomething(Service next) {
        return (exchange, request) -> {
            before.run();
            return next.send(exchange, fresh ? request.again(2, request.body(), true) : request);
        };
    }

    @ParameterizedTest
    @EnumSource
    void anEndThatIsHeardInTimeHarmsNobody(End how) {
        useOnce();
        end(how);
        rig.await("it is heard", () -> rig.idleConnections() == 0);
        client.send(GET);
        Peer next = server.accept();
        next.request();
        next.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatEndsInsteadOfAnsweringWasStale(End how) {
        useOnce();
        client.send(GET);
        upstream.request();
        end(how);
        assertStale(client.response());
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatHadEndedWhenItWasTakenWasStale(End how) {
        useOnce();
        before = () -> end(how);
        client.send(GET);
        assertStale(client.response(), how == End.RESET || unix ? Delivery.NOT_SENT : Delivery.UNKNOWN);
    }

    /** Which of the two the loop hears of first is the kernel's choice; that nothing was sent is certain either way. */
    @ParameterizedTest
    @EnumSource
    void anEndThatIsHeardInTheSameTurnAsTheRequestSparesItTheWay(End how) {
        useOnce();
        rig.atOnce(() -> {
            client.send(GET);
            end(how);
        });
        assertNothingWasSent(" ended before a byte was sent");
    }

    @Test
    void whatAServerSaysUnaskedAnswersNobody() {
        useOnce();
        rig.atOnce(() -> {
            client.send(GET);
            upstream.send("HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                    .close();
        });
        assertNothingWasSent(" said something before a byte was sent");
    }

    private void assertNothingWasSent(String detail) {
        server.answering(_ -> OK);
        Message response = client.response();
        Ended ended = rig.ended();
        if (ended.failure() == null) {
            assertThat(response.body()).as("over a fresh connection").isEqualTo("ok");
            return;
        }
        assertThat(response.status()).isEqualTo(502);
        assertThat(ended.kind()).isEqualTo(Kind.STALE_CONNECTION);
        assertThat(ended.failure().delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(ended.failure().detail()).endsWith(detail);
    }

    @ParameterizedTest
    @EnumSource
    void aLongRequestOnAConnectionThatHadEndedIsToldToo(End how) {
        useOnce();
        before = () -> end(how);
        client.send(POST + "x".repeat(100_000));
        Message response = client.response();
        assertStale(response, how == End.RESET || unix ? Delivery.NOT_SENT : Delivery.UNKNOWN);
        assertThat(response.closes())
                .as("the rest of the request may still come")
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aFreshConnectionThatEndsIsNotStale(End how) {
        client.send(GET);
        upstream = server.accept();
        upstream.request();
        end(how);
        assertThat(client.response().status()).isEqualTo(502);
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.RESET);
        assertThat(ended.failure().detail())
                .isEqualTo(server.endpoint().name() + " ended the connection without a response");
        assertThat(ended.exchange().delivery()).isEqualTo(Delivery.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource
    void aReusedConnectionThatHasBegunToAnswerIsNotStale(End how) {
        useOnce();
        client.send(GET);
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-");
        rig.turn();
        end(how);
        assertThat(client.response().status()).isEqualTo(502);
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.RESET);
        assertThat(ended.failure().detail()).endsWith(" ended the connection in the middle of a response head");
    }

    @Test
    void whatAServerSaidBeforeItStoppedListeningIsRelayed() {
        client.send(POST + "x".repeat(100_000));
        upstream = server.accept();
        upstream.head();
        upstream.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 8\r\nconnection: close\r\n\r\ntoo long")
                .close();
        Message response = client.response();
        assertThat(response.status()).isEqualTo(413);
        assertThat(response.body()).isEqualTo("too long");
        assertThat(rig.ended().failure()).isNull();
    }

    @Test
    void whoAsksForAFreshConnectionGetsOne() {
        useOnce();
        fresh = true;
        client.send(GET);
        Peer next = server.accept();
        next.request();
        next.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
        assertThat(rig.idleConnections()).isEqualTo(2);
    }

    private void assertStale(Message response) {
        assertStale(response, Delivery.UNKNOWN);
    }

    private void assertStale(Message response, Delivery delivery) {
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.field("proxy-status"))
                .startsWith("outrigger; error=connection_terminated; details=\"the reused");
        Ended ended = rig.ended();
        assertThat(ended.kind()).isEqualTo(Kind.STALE_CONNECTION);
        assertThat(ended.failure().blame()).isEqualTo(Blame.UPSTREAM);
        assertThat(ended.failure().delivery()).isEqualTo(delivery);
        assertThat(ended.exchange().delivery()).isEqualTo(delivery);
    }

    private void useOnce() {
        client.send(GET);
        upstream = server.accept();
        upstream.request();
        upstream.send(OK);
        assertThat(client.response().body()).isEqualTo("ok");
        assertThat(rig.ended().failure()).isNull();
    }

    private void end(End how) {
        switch (how) {
            case CLOSE -> upstream.close();
            case RESET -> upstream.reset();
        }
    }
}
