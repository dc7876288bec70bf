package io.outrigger.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/**
 * What a pod runs beside its sidecar, on the Java of the sidecar's image: an app that calls once when it starts and once
 * when it is told to end, and says what came of it; what such an app calls; and what keeps a network while containers
 * come and go. Confined to one thread at a time.
 */
public final class PodApp {
    private PodApp() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "hold" -> new CountDownLatch(1).await();
            case "serve" -> serve(Integer.parseInt(arguments[1]));
            case "call" -> call(Integer.parseInt(arguments[1]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void call(int port) throws Exception {
        System.out.println("first " + answer(port));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("last " + answer(port))));
        new CountDownLatch(1).await();
    }

    /** The status, or why there is none. */
    private static String answer(int port) {
        try (Wire wire = Wire.to(port)) {
            return wire.head("GET /a HTTP/1.1", "host: a").response().first();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void serve(int port) throws IOException {
        try (var server = new ServerSocket(port)) {
            System.out.println("serving");
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> answer(client));
            }
        }
    }

    private static void answer(Socket client) {
        try (Wire wire = new Wire(client)) {
            while (wire.request() != null) {
                wire.send(ScriptedUpstream.ok("well"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
