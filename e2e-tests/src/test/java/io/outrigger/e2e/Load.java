package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask again and again on connections that they keep, until they are told to end, or nobody lets them in
 * any more. They close a connection when they are asked to, and connect again at once. Shared by all threads.
 */
final class Load {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(40);

    private final List<Thread> clients = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();
    private final int port;
    private volatile boolean ending;
    private volatile boolean mayBeRefused;

    private Load(int port) {
        this.port = port;
    }

    static Load on(int port, int clients) {
        var load = new Load(port);
        for (int i = 0; i < clients; i++) {
            load.clients.add(Thread.ofVirtual().start(load::work));
        }
        return load;
    }

    int sent() {
        return sent.get();
    }

    int answered() {
        return answered.get();
    }

    /** What became of the requests that were not answered. */
    List<String> lost() {
        return List.copyOf(lost);
    }

    /** Waits until so many more are answered. */
    void awaitAnswers(int count) {
        int enough = answered.get() + count;
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (answered.get() < enough) {
            assertThat(System.nanoTime()).as("%d answers", count).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    /** Each client finishes what it is at. */
    void end() throws InterruptedException {
        ending = true;
        for (var client : clients) {
            client.join();
        }
    }

    /** From now on, whoever is refused a connection ends; that is no loss. */
    void mayBeRefused() {
        mayBeRefused = true;
    }

    /** Waits until everyone has been refused. */
    void awaitRefusal() throws InterruptedException {
        for (var client : clients) {
            assertThat(client.join(Duration.ofNanos(PATIENCE_NANOS)))
                    .as("refused")
                    .isTrue();
        }
    }

    private void work() {
        Wire wire = null;
        try {
            while (!ending) {
                if (wire == null) {
                    wire = Wire.to(port);
                }
                wire = ask(wire);
            }
        } catch (ConnectException e) {
            if (!mayBeRefused) {
                lost.add(e.toString());
            }
        } catch (IOException e) {
            lost.add(e.toString());
        } finally {
            close(wire);
        }
    }

    /** The connection, when it may be used again. */
    private @Nullable Wire ask(Wire wire) throws IOException {
        sent.incrementAndGet();
        Message response = wire.head("GET /a HTTP/1.1", "host: a").response();
        if (response.status() == 200) {
            answered.incrementAndGet();
        } else {
            lost.add(response.first());
        }
        if (!"close".equalsIgnoreCase(response.field("connection"))) {
            return wire;
        }
        close(wire);
        return null;
    }

    private static void close(@Nullable Wire wire) {
        if (wire != null) {
            try {
                wire.close();
            } catch (IOException e) {
                // it is gone
            }
        }
    }
}
