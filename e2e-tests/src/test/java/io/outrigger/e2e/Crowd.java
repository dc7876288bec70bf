package io.outrigger.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many clients at once, who send little and read only when they are told to. Confined to one thread. */
final class Crowd implements AutoCloseable {
    private final List<SocketChannel> clients = new ArrayList<>();
    private final int port;

    Crowd(int port) {
        this.port = port;
    }

    int size() {
        return clients.size();
    }

    /** So many more come, each with as small a buffer for what it receives as the system allows. */
    Crowd join(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open();
            clients.add(client);
            client.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        return this;
    }

    /** Each sends this; what the other side does not take is left out. */
    Crowd send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        for (SocketChannel client : clients) {
            client.configureBlocking(false);
            client.write(bytes.rewind());
            client.configureBlocking(true);
        }
        return this;
    }

    /** Waits until each has received something or was shut out, and returns how many got what begins like this. */
    int countOf(String beginning) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(beginning.length());
        int count = 0;
        for (SocketChannel client : clients) {
            buffer.clear();
            try {
                while (buffer.hasRemaining() && client.read(buffer) >= 0) {
                    // more is to come
                }
            } catch (SocketException e) {
                continue; // it was shut out
            }
            if (new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1).equals(beginning)) {
                count++;
            }
        }
        return count;
    }

    /** Reads a whole response for each, and returns how many have this status. */
    int countOfResponses(int status) throws IOException {
        int count = 0;
        for (SocketChannel client : clients) {
            if (new Wire(client.socket()).response().status() == status) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }
}
