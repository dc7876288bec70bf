package io.outrigger.proxy;

import io.outrigger.config.Address;
import io.outrigger.config.ProbeAddresses;
import io.outrigger.config.key.Environment;
import io.outrigger.proxy.cli.ConfigFile;
import io.outrigger.proxy.cli.Exit;
import io.outrigger.proxy.cli.Terminal;
import io.outrigger.proxy.cli.UsageException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Asks a running proxy whether it is ready, in a process of its own that is started for every question: with the JDK
 * alone, so that it takes little memory. Confined to the thread that starts it.
 */
final class Healthcheck {
    private static final List<Address> USUAL =
            List.of(new Address.Tcp("127.0.0.1", 15102), new Address.Tcp("127.0.0.1", 15101));
    private static final byte[] REQUEST =
            "GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_LINE = "HTTP/1.1 200".length();
    private static final long PATIENCE_MILLIS = 2000;

    private final List<Address> addresses;

    private Healthcheck(List<Address> addresses) {
        this.addresses = addresses;
    }

    static Healthcheck of(Optional<ConfigFile> file, Environment environment) throws UsageException {
        if (file.isEmpty()) {
            return new Healthcheck(USUAL);
        }
        byte[] content = file.get().content(System.in);
        List<Address> found = ProbeAddresses.in(content, environment);
        if (found.isEmpty()) {
            throw file.get().unfit("has no address of admin or telemetry (expected: one to ask at)");
        }
        return new Healthcheck(found);
    }

    /** Tells how the process is to exit. The first address where somebody answers counts. */
    int ask(Terminal terminal) {
        StringBuilder why = new StringBuilder();
        for (Address address : addresses) {
            try {
                int status = status(address);
                if (status == 200) {
                    terminal.answers().println("ready");
                    return Exit.FINE;
                }
                terminal.complaints().println("outrigger: not ready: " + address + " answers " + status);
                return Exit.PROBLEMS;
            } catch (IOException | UnresolvedAddressException e) {
                why.append(why.isEmpty() ? "" : "; ")
                        .append(address)
                        .append(": ")
                        .append(e.getMessage());
            }
        }
        terminal.complaints().println("outrigger: not ready: " + why);
        return Exit.PROBLEMS;
    }

    private static int status(Address address) throws IOException {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        boolean tcp = address instanceof Address.Tcp;
        try (SocketChannel channel = tcp ? SocketChannel.open() : SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (!channel.connect(socket(address))) {
                await(selector, end);
                channel.finishConnect();
            }
            channel.write(ByteBuffer.wrap(REQUEST)); // which fits into any socket's buffer
            key.interestOps(SelectionKey.OP_READ);
            ByteBuffer answer = ByteBuffer.allocate(STATUS_LINE);
            while (answer.hasRemaining()) {
                await(selector, end);
                if (channel.read(answer) < 0) {
                    throw new IOException("no answer");
                }
            }
            return status(new String(answer.array(), StandardCharsets.US_ASCII));
        }
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.1 [1-5][0-9][0-9]")) {
            throw new IOException("no HTTP");
        }
        return Integer.parseInt(line.substring(line.length() - 3));
    }

    private static void await(Selector selector, long end) throws IOException {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0 || selector.select(left) == 0) {
            throw new SocketTimeoutException("no answer within " + PATIENCE_MILLIS + " ms");
        }
        selector.selectedKeys().clear();
    }

    /** What listens everywhere is asked on loopback. */
    private static SocketAddress socket(Address address) {
        if (address instanceof Address.Tcp tcp) {
            String host =
                    switch (tcp.host()) {
                        case "0.0.0.0" -> "127.0.0.1";
                        case "::" -> "::1";
                        default -> tcp.host();
                    };
            return new InetSocketAddress(host, tcp.port());
        }
        return UnixDomainSocketAddress.of(((Address.Unix) address).path());
    }
}
