package io.outrigger.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A server that does to each of its connections what a test says, down to the byte. Shared by all threads. */
final class ScriptedUpstream implements AutoCloseable {
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Message> received = new CopyOnWriteArrayList<>();

    /** What happens on one connection; it is closed when this returns or throws. */
    interface Script {
        void serve(Wire wire) throws Exception;
    }

    ScriptedUpstream(Script script) throws IOException {
        this(new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()), script);
    }

    ScriptedUpstream(ServerSocket server, Script script) {
        this.server = server;
        Thread.ofVirtual().start(() -> accept(script));
    }

    /** One that speaks TLS. */
    static ScriptedUpstream secured(SSLContext context, boolean clientsNeedCertificates, Script script)
            throws IOException {
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(clientsNeedCertificates);
        return new ScriptedUpstream(server, script);
    }

    /** One that answers every request, on connections that are kept alive. */
    static ScriptedUpstream answering(Function<Message, String> answer) throws IOException {
        ScriptedUpstream[] self = new ScriptedUpstream[1];
        self[0] = new ScriptedUpstream(wire -> {
            for (Message request = wire.request(); request != null; request = wire.request()) {
                self[0].received.add(request);
                wire.send(answer.apply(request));
            }
        });
        return self[0];
    }

    /** One that tells what it received: its name, the request line, the header lines, an empty line and the body. */
    static ScriptedUpstream echo(String name) throws IOException {
        return answering(request -> ok(
                name + "\n" + request.first() + "\n" + String.join("\n", request.fields()) + "\n\n" + request.text()));
    }

    /** A whole response with this text. */
    static String ok(String text) {
        return response("200 OK", text);
    }

    static String response(String status, String text, String... fields) {
        String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return "HTTP/1.1 " + status + "\r\ncontent-length: " + text.length() + "\r\n" + more + "\r\n" + text;
    }

    int port() {
        return server.getLocalPort();
    }

    /** The connections that were opened until now. */
    int connections() {
        return accepted.get();
    }

    /** The requests that {@link #answering} has received. */
    List<Message> received() {
        return received;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept(Script script) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(script, socket));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void serve(Script script, Socket socket) {
        try (socket) {
            script.serve(new Wire(socket));
        } catch (Exception e) {
            // the other side went, or the test is over
        } finally {
            open.remove(socket);
        }
    }
}
