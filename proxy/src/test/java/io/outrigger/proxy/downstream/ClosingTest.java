package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who was let in before a listener ends is answered; everyone else is refused. */
@ParameterizedClass
@EnumSource(Transport.class)
class ClosingTest {
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    private static final int MORE_THAN_ARE_ACCEPTED_AT_ONCE = 100;

    private final Transport transport;
    private final Rig rig;

    ClosingTest(Transport transport) {
        this.transport = transport;
        rig = new Rig(transport);
        rig.server().answering(_ -> OK);
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    private void isAnsweredAndAskedToGo(Peer client) {
        Message response = client.response();
        assertThat(response.body()).isEqualTo("ok");
        assertThat(response.closes()).isTrue();
        assertThat(client.ends()).isTrue();
    }

    @Test
    void whomTheKernelHasLetInIsAnswered() {
        rig.client().close();
        List<Peer> clients = new ArrayList<>();
        rig.atOnce(() -> {
            for (int i = 0; i < MORE_THAN_ARE_ACCEPTED_AT_ONCE; i++) {
                clients.add(rig.client().send(GET));
            }
            rig.drain();
            rig.stopAccepting();
        });
        rig.letGo();
        clients.forEach(this::isAnsweredAndAskedToGo);
        assertThatThrownBy(rig::client).hasRootCauseInstanceOf(java.io.IOException.class);
    }

    @Test
    void whoHasJustComeMayStillAsk() {
        Peer client = rig.client();
        rig.drain();
        rig.stopAccepting();
        rig.letGo();
        rig.turn();
        rig.turn();
        assertThat(rig.clientsConnected()).isOne();
        isAnsweredAndAskedToGo(client.send(GET));
    }

    @Test
    void whoHasComeAndSaysNothingIsLetGoAfterAWhile() {
        Peer client = rig.client();
        rig.stopAccepting();
        rig.letGo();
        assertThat(client.ends()).isTrue();
    }

    @Test
    void whoHasBeenAnsweredAndWaitsIsLetGoAtOnce() {
        Peer client = rig.client().send(GET);
        assertThat(client.response().closes()).isFalse();
        rig.stopAccepting();
        rig.letGo();
        assertThat(client.ends()).isTrue();
    }

    @Test
    void halfAHeadIsReadToItsEnd() {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nho");
        rig.drain();
        rig.stopAccepting();
        rig.letGo();
        rig.turn();
        isAnsweredAndAskedToGo(client.send("st: a\r\n\r\n"));
    }

    /** Without a filter of the kernel, as on NIO, there is a moment in which a client may be lost. */
    @Test
    void whoeverComesInThatMomentIsAnsweredOrRefused() {
        if (!transport.epoll()) {
            return;
        }
        rig.drain();
        AtomicBoolean refused = new AtomicBoolean();
        List<CompletableFuture<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(CompletableFuture.supplyAsync(() -> askUntilRefused(refused), Thread::startVirtualThread));
        }
        rig.await("load", () -> rig.ended() != null);
        rig.stopAccepting();
        rig.letGo();
        for (CompletableFuture<Integer> client : clients) {
            assertThat(client.join()).isPositive();
        }
        assertThat(refused).isTrue();
    }

    private int askUntilRefused(AtomicBoolean refused) {
        for (int answered = 0; ; answered++) {
            Peer client;
            try {
                client = rig.client();
            } catch (java.io.UncheckedIOException e) {
                refused.set(true);
                return answered;
            }
            isAnsweredAndAskedToGo(client.send(GET));
            client.close();
        }
    }
}
