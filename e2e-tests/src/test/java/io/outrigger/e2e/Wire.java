package io.outrigger.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One end of a connection on which every byte is the test's own. Confined to one thread at a time. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        out = socket.getOutputStream();
    }

    static Wire to(int port) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** One that speaks TLS with the proxy; whose certificate it shows is for the test to look at. */
    static Wire to(int port, SSLContext context) throws IOException {
        return new Wire(context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port));
    }

    /** The certificate that the other side has shown. */
    Certificate peer() throws IOException {
        return ((SSLSocket) socket).getSession().getPeerCertificates()[0];
    }

    /** Sends a head: these lines and the empty one behind them. */
    Wire head(String... lines) throws IOException {
        return send(String.join("\r\n", lines) + "\r\n\r\n");
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    /** One chunk of a chunked body; the last one when it is empty. */
    Wire chunk(String text) throws IOException {
        return send(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    /** The next head without its body; null when the other side has ended the connection before it. */
    @Nullable
    Message nextHead() throws IOException {
        String first = line(true);
        return first == null ? null : new Message(first, lines(), new byte[0], List.of());
    }

    /** The next request as a whole; null when the other side has ended the connection before it. */
    @Nullable
    Message request() throws IOException {
        Message head = nextHead();
        return head == null ? null : requestOf(head);
    }

    /** The request whose head has been read. */
    Message requestOf(Message head) throws IOException {
        return head.isChunked() || head.field("content-length") != null ? whole(head) : head;
    }

    /** The next response to anything but HEAD as a whole. */
    Message response() throws IOException {
        Message head = responseHead();
        int status = head.status();
        return status < 200 || status == 204 || status == 304 ? head : whole(head);
    }

    Message responseHead() throws IOException {
        Message head = nextHead();
        if (head == null) {
            throw new EOFException("ended without a response");
        }
        return head;
    }

    private Message whole(Message head) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> trailers = body(head, body);
        return head.withBody(body.toByteArray(), trailers);
    }

    /** Copies the body behind a head, as its framing says, and returns the trailers. */
    List<String> body(Message head, OutputStream to) throws IOException {
        if (!head.isChunked()) {
            String length = head.field("content-length");
            copy(length == null ? Long.MAX_VALUE : Long.parseLong(length), length == null, to);
            return List.of();
        }
        while (true) {
            String line = line(false);
            long size = Long.parseLong(line.split(";", 2)[0], 16);
            if (size == 0) {
                return lines();
            }
            copy(size, false, to);
            if (!line(false).isEmpty()) {
                throw new IOException("bytes behind a chunk of " + size);
            }
        }
    }

    private void copy(long length, boolean mayEnd, OutputStream to) throws IOException {
        byte[] part = new byte[64 * 1024];
        long left = length;
        while (left > 0) {
            int read = in.read(part, 0, (int) Math.min(part.length, left));
            if (read < 0 && mayEnd) {
                return;
            }
            if (read < 0) {
                throw new EOFException("ended " + left + " bytes too early");
            }
            to.write(part, 0, read);
            left -= read;
        }
    }

    byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("ended after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    /** All until the other side ends the connection. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Waits until the other side ends the connection, in order or not. */
    boolean endsWithoutAnotherByte() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true; // reset
        }
    }

    /** Ends this side; what the other sends can still be read. */
    void finish() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection the hard way. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(false); !line.isEmpty(); line = line(false)) {
            lines.add(line);
        }
        return List.copyOf(lines);
    }

    private String line(boolean mayEnd) throws IOException {
        StringBuilder line = new StringBuilder(64);
        int b = in.read();
        if (b < 0 && mayEnd) {
            return null;
        }
        for (; b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("ended in the middle of a line: " + line);
            }
            line.append((char) b);
        }
        line.setLength(Math.max(0, line.length() - 1)); // its CR
        return line.toString();
    }
}
