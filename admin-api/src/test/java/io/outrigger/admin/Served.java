package io.outrigger.admin;

import io.outrigger.config.Address;
import io.outrigger.config.AdminConfig;
import io.outrigger.metrics.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An admin port on loopback for one test, and a connection to it. */
final class Served implements AfterEachCallback {
    static final Address ANY_PORT = new Address.Tcp("127.0.0.1", 0);

    private final AdminServer server;
    private final AdminPort port;
    private final Wire wire;

    Served(ProxyView proxy) {
        this(proxy, new Metrics(2));
    }

    Served(ProxyView proxy, Metrics metrics) {
        server = AdminServer.create(proxy, metrics, "1.2.3", InstantSource.system());
        try {
            port = server.open(new AdminConfig(ANY_PORT, Optional.empty(), List.of()));
            wire = new Wire(port.address());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To open other ports. */
    AdminServer server() {
        return server;
    }

    AdminPort port() {
        return port;
    }

    Wire wire() {
        return wire;
    }

    @Override
    public void afterEach(ExtensionContext test) throws IOException {
        wire.close();
        server.close();
    }
}
