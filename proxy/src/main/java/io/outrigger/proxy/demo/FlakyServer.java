package io.outrigger.proxy.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An endpoint on a free port of the loopback address that answers as its mood is. Shared by all loops. */
public final class FlakyServer implements AutoCloseable {
    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final int MOST_CONNECTIONS = 200;

    private final String name;
    private final int port;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failed = new AtomicInteger(); // answers while failing
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Mood mood = Mood.HEALTHY;
    private @Nullable ServerSocket listener; // null while it refuses connections; guarded by this
    private @Nullable Thread accepting; // of the listener; guarded by this

    public FlakyServer(String name) throws IOException {
        this.name = name;
        this.port = listen(0);
    }

    public int port() {
        return port;
    }

    /**
     * Answers like this from now on.
     *
     * @throws IOException when it refused connections until now and its port has been taken by somebody else since;
     *     it goes on refusing then
     */
    public synchronized void mood(Mood next) throws IOException {
        if (closed.getCount() == 0) {
            return;
        }
        if (next == Mood.REFUSING) {
            stopListening();
        } else if (listener == null) {
            listen(port);
        }
        mood = next;
    }

    @Override
    public synchronized void close() {
        closed.countDown();
        stopListening();
    }

    /** Tells the port. */
    private synchronized int listen(int at) throws IOException {
        ServerSocket bound = new ServerSocket();
        try {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
        } catch (IOException e) {
            bound.close();
            throw e;
        }
        listener = bound;
        accepting = Thread.ofVirtual().name(name).start(() -> accept(bound));
        return bound.getLocalPort();
    }

    private void stopListening() {
        if (listener != null) {
            drop(listener::close);
            listener = null;
            awaitEnd(Objects.requireNonNull(accepting));
        }
        connections.forEach(connection -> drop(connection::close));
    }

    /** The system still takes connections until the thread that waits for them has let go of the socket. */
    private static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // then it refuses a little later
        }
    }

    private void accept(ServerSocket bound) {
        while (!bound.isClosed()) {
            try {
                Socket client = bound.accept();
                connections.add(client);
                if (connections.size() > MOST_CONNECTIONS || bound.isClosed()) {
                    end(client);
                    continue;
                }
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // closed, or a client that was gone before it was accepted
            }
        }
    }

    private void serve(Socket client) {
        try {
            InputStream in = new BufferedInputStream(client.getInputStream());
            boolean more = true;
            while (more) {
                ReceivedRequest request = ReceivedRequest.read(in);
                more = request != null && answer(client, request);
            }
        } catch (IOException | InterruptedException | NumberFormatException e) {
            // the client went or speaks no HTTP, or the mood changed
        } finally {
            end(client);
        }
    }

    /** Tells whether the connection may carry another request. */
    private boolean answer(Socket client, ReceivedRequest request) throws IOException, InterruptedException {
        return switch (mood) {
            case HEALTHY -> respond(client, request, "200 OK");
            case SLOW -> !closed.await(SLOW.toMillis(), TimeUnit.MILLISECONDS) && respond(client, request, "200 OK");
            case FAILING -> {
                boolean even = failed.getAndIncrement() % 2 == 0;
                yield respond(client, request, even ? "500 Internal Server Error" : "503 Service Unavailable");
            }
            case RESETTING -> {
                client.setSoLinger(true, 0);
                yield false;
            }
            case REFUSING -> false;
        };
    }

    private boolean respond(Socket client, ReceivedRequest request, String status) throws IOException {
        String content = name + " endpoint, " + mood + ": " + request.line() + request.attempt() + "\n";
        String head = "HTTP/1.1 " + status + "\r\ncontent-type: text/plain\r\ncontent-length: " + content.length()
                + (request.persistent() ? "" : "\r\nconnection: close") + "\r\n\r\n";
        String answer = request.isHead() ? head : head + content;
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        return request.persistent();
    }

    private void end(Socket client) {
        connections.remove(client);
        drop(client::close);
    }

    /** Something that may fail to close. */
    private interface Closing {
        void run() throws IOException;
    }

    private static void drop(Closing closing) {
        try {
            closing.run();
        } catch (IOException e) {
            // it is closed all the same
        }
    }
}
