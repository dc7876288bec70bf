package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever stalls slows the other side down, and the proxy holds no more than a few pieces of what is on its way. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class BackPressureTest {
    private static final int SIZE = 64 << 20; // more than all buffers of the kernel, of which one may grow to 32 MiB
    private static final int PIECE = 1 << 16;
    private static final long MOST_BYTES = 4 << 20; // what the proxy may hold, with the slack of its allocator
    private static final ByteBufAllocatorMetric MEMORY =
            ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();

    private final Rig rig;
    private final Server server;
    private final AtomicLong sent = new AtomicLong();
    private long before;

    BackPressureTest(boolean nativeTransport) {
        rig = new Rig(nativeTransport);
        server = rig.server();
    }

    @BeforeEach
    void lookAtTheMemory() {
        before = MEMORY.usedDirectMemory() + MEMORY.usedHeapMemory();
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void aStalledClientStopsTheServerForContentOfAKnownLength() {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: " + SIZE + "\r\n\r\n");
        pour(upstream, "", "");
        assertStalls();
        client.head();
        for (int i = 0; i < SIZE / PIECE; i++) {
            assertThat(client.bytes(PIECE)).isEqualTo(piece(i));
        }
        assertThat(rig.ended().failure()).isNull();
        assertThat(rig.idleConnections()).isOne();
    }

    @Test
    void aStalledClientStopsTheServerForChunkedContent() {
        Peer client = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        pour(upstream, Integer.toHexString(PIECE) + "\r\n", "\r\n");
        assertStalls();
        client.head();
        assertArrivesInChunks(client);
        upstream.send("0\r\n\r\n");
        assertThat(client.chunk()).isEmpty();
    }

    @Test
    void aStalledServerStopsTheClientForContentOfAKnownLength() {
        Peer client = rig.client().send("PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: " + SIZE + "\r\n\r\n");
        Peer upstream = server.accept();
        pour(client, "", "");
        assertStalls();
        upstream.head();
        for (int i = 0; i < SIZE / PIECE; i++) {
            assertThat(upstream.bytes(PIECE)).isEqualTo(piece(i));
        }
        upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(204);
    }

    @Test
    void aStalledServerStopsTheClientForChunkedContent() {
        Peer client = rig.client().send("PUT / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
        Peer upstream = server.accept();
        pour(client, Integer.toHexString(PIECE) + "\r\n", "\r\n");
        assertStalls();
        upstream.head();
        assertArrivesInChunks(upstream);
        client.send("0\r\n\r\n");
        assertThat(upstream.chunk()).isEmpty();
        upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(204);
    }

    @Test
    void aBodyIsNotReadWhileItsRequestWaitsForAConnection() {
        rig.connections(1);
        Peer first = rig.client().send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        Peer client = rig.client().send("PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: " + SIZE + "\r\n\r\n");
        pour(client, "", "");
        assertStalls();
        upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
        first.head();
        upstream.head();
        for (int i = 0; i < SIZE / PIECE; i++) {
            assertThat(upstream.bytes(PIECE)).isEqualTo(piece(i));
        }
        upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(204);
    }

    @Test
    void requestsThatArePipelinedWithoutEndAreNotReadWithoutEnd() throws InterruptedException {
        String request = "GET /" + "x".repeat(4000) + " HTTP/1.1\r\nhost: a\r\n\r\n";
        Peer client = rig.client();
        int count = SIZE / request.length();
        Thread sender = Thread.startVirtualThread(() -> {
            try {
                for (int i = 0; i < count; i++) {
                    client.send(request);
                    sent.addAndGet(request.length());
                }
            } catch (UncheckedIOException e) {
                // closed by the test
            }
        });
        Peer upstream = server.accept();
        assertStalls();
        for (int i = 0; i < 100; i++) {
            upstream.request();
            upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
            client.head();
        }
        upstream.request(); // so that there is one to fail
        client.reset();
        sender.join(); // a socket that a thread is writing to is closed when that thread has let go of it
        upstream.close(); // while so much is unread, the client's end can be heard of by writing to it only
    }

    /** Sends it all in pieces, each with something around it, until nobody takes more. */
    private void pour(Peer from, String beforeEach, String behindEach) {
        Thread.startVirtualThread(() -> {
            for (int i = 0; i < SIZE / PIECE; i++) {
                from.send(beforeEach + piece(i) + behindEach);
                sent.addAndGet(PIECE);
            }
        });
    }

    private static String piece(int number) {
        return Character.toString('a' + number % 26).repeat(PIECE);
    }

    private static void assertArrivesInChunks(Peer at) {
        StringBuilder buffered = new StringBuilder();
        for (int i = 0; i < SIZE / PIECE; i++) {
            while (buffered.length() < PIECE) {
                buffered.append(at.chunk());
            }
            assertThat(buffered.substring(0, PIECE)).isEqualTo(piece(i));
            buffered.delete(0, PIECE);
        }
        assertThat(buffered).isEmpty();
    }

    /** Waits until nothing has been taken for a while, and looks at the memory all the time. */
    private void assertStalls() {
        long seen = -1;
        int still = 0;
        long most = 0;
        while (still < 100) {
            rig.turn();
            most = Math.max(most, MEMORY.usedDirectMemory() + MEMORY.usedHeapMemory() - before);
            still = sent.get() == seen ? still + 1 : 0;
            seen = sent.get();
        }
        assertThat(seen).as("sent while nobody reads").isLessThan(SIZE);
        assertThat(most).as("held by the proxy").isLessThan(MOST_BYTES);
    }
}
