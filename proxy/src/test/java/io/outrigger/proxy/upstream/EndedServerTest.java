package io.outrigger.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that end their connections behind a response, as many do, and clients who are slow to read it. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class EndedServerTest {
    private static final int CLIENTS = 10;
    private static final int MOST_BYTES_EACH = 256 * 1024; // a read buffer, what waits for the client, and some more
    private static final int LENGTH = 4_000_000; // of which the kernel takes a part, whoever reads
    private static final int STEP = 100_000;

    private final Rig rig;
    private final Server server;

    EndedServerTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport);
        server = rig.server();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection: close\r\ncontent-length: 4000000\r\n", "connection: close\r\n"})
    void leaveTheirResponseWithTheKernelUntilItIsWanted(String framing) {
        long before = PlatformDependent.usedDirectMemory();
        List<Peer> clients = new ArrayList<>();
        List<CompletableFuture<Void>> saying = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(rig.client(4096).send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
            Peer upstream = server.accept();
            upstream.head();
            saying.add(CompletableFuture.runAsync(() -> {
                upstream.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n").send(new byte[LENGTH]);
                upstream.endOutput();
            }));
        }
        long most = 0;
        for (int read = 0; read < LENGTH; read += STEP) {
            for (Peer client : clients) {
                client.bytes(STEP);
            }
            most = Math.max(most, PlatformDependent.usedDirectMemory() - before);
        }
        clients.forEach(
                client -> assertThat(client.toEnd()).hasSizeBetween(1, 100_000)); // the head, and chunks perhaps
        assertThat(most).isLessThan((long) CLIENTS * MOST_BYTES_EACH);
        saying.forEach(CompletableFuture::join);
        assertThat(rig.ended().failure()).isNull();
    }
}
