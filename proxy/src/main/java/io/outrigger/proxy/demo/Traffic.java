package io.outrigger.proxy.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** An app that calls services through the proxy, each request on a connection of its own. Shared by all loops. */
public final class Traffic {
    private static final int MOST_AT_ONCE = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SocketAddress proxy;
    private final List<String> hosts;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private volatile Map<String, Tally> tallies;

    public Traffic(SocketAddress proxy, List<String> hosts) {
        this.proxy = proxy;
        this.hosts = List.copyOf(hosts);
        this.tallies = fresh();
    }

    /** Sends one request to each host, and does not wait for the answers. */
    void beat() {
        Map<String, Tally> current = tallies; // what began under one mood counts for that mood
        current.forEach((host, tally) -> {
            if (places.tryAcquire()) {
                Thread.ofVirtual().start(() -> call(host, tally));
            }
        });
    }

    /** What came of the requests to each host since the last time; those that are still under way are left out. */
    Map<String, Tally> turnOver() {
        Map<String, Tally> past = tallies;
        tallies = fresh();
        return past;
    }

    private Map<String, Tally> fresh() {
        Map<String, Tally> fresh = new LinkedHashMap<>();
        hosts.forEach(host -> fresh.put(host, new Tally()));
        return fresh;
    }

    private void call(String host, Tally tally) {
        long start = System.nanoTime();
        boolean fine = false;
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(proxy, (int) PATIENCE.toMillis());
            String request = "GET / HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            fine = isFine(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            // not fine
        } finally {
            tally.add(fine, System.nanoTime() - start);
            places.release();
        }
    }

    /** Whether a response is a 200; read to its end, as an app would. */
    private static boolean isFine(InputStream in) throws IOException {
        String status = new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
        in.skip(Long.MAX_VALUE);
        return status.equals("HTTP/1.1 200");
    }
}
