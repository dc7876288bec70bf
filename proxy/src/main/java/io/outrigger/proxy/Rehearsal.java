package io.outrigger.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import sun.misc.Signal;

/**
 * Does once what the proxy does all day, and ends: for the JVM to note which classes that takes, when it makes a cache
 * of them (JEP 483, JEP 514). Whoever builds the program calls it with {@code -XX:AOTCacheOutput}; it is no command. What
 * is not rehearsed is loaded when it is first used, as ever, and what is rehearsed costs memory in every process: so here
 * is a start, plain traffic and an end. Confined to the thread that starts it.
 */
final class Rehearsal {
    private static final int EXCHANGES = 500;
    private static final int KEYED = 20; // every other one is answered from the store
    private static final int LOOKS_MILLIS = 1200; // in which the file is looked at twice
    private static final int PATIENCE_MILLIS = 10_000;
    private static final byte[] REQUEST = bytes("POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi");
    private static final byte[] RESPONSE = bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nho");
    private static final String CONFIG = """
            # files have comments, too
            listeners: [{name: outbound, address: "127.0.0.1:LISTENER"}]
            admin: {address: "127.0.0.1:ADMIN"}
            drain: {quiet: 1ms}
            upstreams: {service: {endpoints: ["127.0.0.1:SERVICE"]}}
            routes:
              - {name: once, match: {path: {prefix: /once}}, upstream: service, idempotency: {}}
              - name: all
                match: {path: {prefix: /}}
                upstream: service
                timeout: {request: 10s, attempt: 5s}
            """;

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        int port = freePort();
        int adminPort = freePort();
        Path file = Files.createTempFile("outrigger", ".yaml");
        int exit;
        try (ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Files.writeString(file, config(port, adminPort, service.getLocalPort()));
            Thread.ofPlatform().daemon().start(() -> serve(service));
            Thread.ofPlatform().daemon().start(() -> play(port, adminPort));
            exit = Main.ofTheProcess().follow("run", "-c", file.toString());
        } finally {
            Files.delete(file);
        }
        System.exit(exit);
    }

    /** Without {@code formatted}, which the proxy does not use either. */
    private static String config(int port, int adminPort, int servicePort) {
        return CONFIG.replace("LISTENER", "" + port)
                .replace("ADMIN", "" + adminPort)
                .replace("SERVICE", "" + servicePort);
    }

    private static void serve(ServerSocket service) {
        try (Socket proxy = service.accept()) {
            while (exchange(proxy, RESPONSE)) {
                // one request after the other
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until something has come, and answers it. */
    private static boolean exchange(Socket peer, byte[] answer) throws IOException {
        if (peer.getInputStream().read(new byte[4096]) < 0) {
            return false;
        }
        peer.getOutputStream().write(answer);
        return true;
    }

    private static void play(int port, int adminPort) {
        try {
            try (Socket proxy = connect(port)) {
                InputStream in = proxy.getInputStream();
                OutputStream out = proxy.getOutputStream();
                for (int i = 0; i < EXCHANGES + KEYED; i++) {
                    out.write(i < EXCHANGES ? REQUEST : keyed(i / 2));
                    if (in.read(new byte[4096]) < 0) {
                        throw new IOException("the proxy has closed the connection");
                    }
                }
            }
            try (Socket admin = connect(adminPort)) {
                admin.getOutputStream().write(bytes("GET /ready HTTP/1.1\r\nhost: localhost\r\n\r\n"));
                admin.getInputStream().read(new byte[4096]);
                admin.setSoTimeout(LOOKS_MILLIS);
                admin.getInputStream().read();
            } catch (SocketTimeoutException e) {
                // as expected: nobody says anything meanwhile
            }
        } catch (IOException e) {
            System.err.println("rehearsal: " + e);
            System.exit(1);
        }
        Signal.raise(new Signal("TERM"));
    }

    private static byte[] keyed(int key) {
        return bytes("POST /once HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nidempotency-key: " + key + "\r\n\r\nhi");
    }

    /** Waits until somebody listens there. */
    private static Socket connect(int port) throws IOException {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (true) {
            try {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout(PATIENCE_MILLIS);
                return socket;
            } catch (IOException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
