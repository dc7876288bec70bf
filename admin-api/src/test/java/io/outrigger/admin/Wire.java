package io.outrigger.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection on which a test writes what it wants, and reads answers. */
final class Wire implements AutoCloseable {
    /** An answer, with the names of its fields in lower case. */
    record Answer(int status, Map<String, String> headers, String body) {}

    private final Socket socket = new Socket();
    private final InputStream in;

    Wire(SocketAddress address) throws IOException {
        socket.setReceiveBufferSize(16 * 1024); // before connecting: a client that does not read holds little
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), ((InetSocketAddress) address).getPort()));
        socket.setSoTimeout(20_000);
        in = socket.getInputStream();
    }

    Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** A request with this body, on a connection that is kept. */
    Answer send(String method, String path, String body) throws IOException {
        int length = body.getBytes(StandardCharsets.ISO_8859_1).length;
        return send(head(method, path, "Content-Length: " + length) + body).answer(method);
    }

    /** GET with the right Host, on a connection that is kept. */
    Answer get(String path, String... fields) throws IOException {
        return send(head("GET", path, fields)).answer("GET");
    }

    static String head(String method, String path, String... fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + String.join("", Arrays.stream(fields).map(f -> f + "\r\n").toList()) + "\r\n";
    }

    Answer answer() throws IOException {
        return answer("GET");
    }

    Answer answer(String method) throws IOException {
        String statusLine = line();
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = method.equals("HEAD") ? 0 : Integer.parseInt(headers.get("content-length"));
        byte[] body = in.readNBytes(length);
        return new Answer(
                Integer.parseInt(statusLine.split(" ")[1]), headers, new String(body, StandardCharsets.UTF_8));
    }

    /** The next line. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended after: " + line);
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** Whether the other side has ended the connection, and sent nothing more before. Waits for it. */
    boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true; // reset
        }
    }

    /** How many bytes come until the connection is gone. */
    long bytesToTheEnd() throws IOException {
        long bytes = 0;
        try {
            while (in.read() >= 0) {
                bytes++;
            }
        } catch (SocketException e) {
            return bytes; // reset
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
