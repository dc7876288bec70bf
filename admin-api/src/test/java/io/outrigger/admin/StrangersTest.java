package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.Address;
import io.outrigger.config.AdminConfig;
import io.outrigger.metrics.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is not let in, over sockets. */
class StrangersTest {
    private static final Address ANY_PORT = new Address.Tcp("127.0.0.1", 0);

    private final AdminServer server =
            AdminServer.create(new FakeProxy(), new Metrics(2), "1.2.3", InstantSource.system());

    @AfterEach
    void close() {
        server.close();
    }

    private int status(AdminPort port, String request) throws IOException {
        try (Wire wire = new Wire(port.address())) {
            return wire.send(request.replace("PORT", Integer.toString(((InetSocketAddress) port.address()).getPort())))
                    .answer()
                    .status();
        }
    }

    private AdminPort open(String... hosts) throws IOException {
        return server.open(new AdminConfig(ANY_PORT, Optional.empty(), List.of(hosts)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost",
                "Host: LOCALHOST:PORT",
                "Host: 127.0.0.1:PORT",
                "Host: [::1]:PORT",
                "Host: localhost:8080",
                "Host: admin.internal",
                "Host: localhost\r\nOrigin: http://localhost:PORT",
                "Host: localhost:8080\r\nOrigin: http://localhost:8080",
                "Host: localhost\r\nOrigin: http://127.0.0.1:PORT"
            })
    void ownNamesAreLetIn(String fields) throws IOException {
        assertThat(status(open("Admin.internal"), "GET /config HTTP/1.1\r\n" + fields + "\r\n\r\n"))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: evil.example:PORT",
                "Host: localhost.evil.example",
                "Host: 10.9.8.7:PORT",
                "Host: 127.0.0.1.evil.example",
                "Host: ",
                "Host: localhost\r\nOrigin: http://evil.example",
                "Host: localhost\r\nOrigin: http://localhost:3000",
                "Host: localhost\r\nOrigin: null",
                "Host: localhost\r\nOrigin: file://localhost:PORT",
                "Host: localhost\r\nOrigin: http://["
            })
    void foreignNamesAreNot(String fields) throws IOException {
        assertThat(status(open("Admin.internal"), "GET /config HTTP/1.1\r\n" + fields + "\r\n\r\n"))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: localhost\r\nHost: localhost\r\n"})
    void withoutOneHostARequestIsMalformed(String fields) throws IOException {
        assertThat(status(open(), "GET /config HTTP/1.1\r\n" + fields + "\r\n")).isEqualTo(400);
    }

    @Test
    void withATokenOnlyProbesMetricsAndTheBarePageAreOpen(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("token"), "s3cret\n");
        AdminPort port = server.open(new AdminConfig(ANY_PORT, Optional.of(file), List.of()));

        for (String path : List.of("/metrics", "/healthz", "/ready", "/startup", "/")) {
            assertThat(status(port, Wire.head("GET", path))).as(path).isEqualTo(200);
        }
        for (String path : List.of("/config", "/routes", "/routes/charge", "/upstreams", "/nothing")) {
            assertThat(status(port, Wire.head("GET", path))).as(path).isEqualTo(401);
            assertThat(status(port, Wire.head("GET", path, "Authorization: Bearer wrong")))
                    .as(path)
                    .isEqualTo(401);
        }
        assertThat(status(port, Wire.head("GET", "/config", "Authorization: bearer s3cret")))
                .isEqualTo(200);
    }
}
