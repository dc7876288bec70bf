package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the file says counts without a restart. */
class ReloadTest {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Semaphore held = new Semaphore(0);
    private ScriptedUpstream upstream;
    private Path file;
    private Program program;

    @BeforeEach
    void start() throws Exception {
        upstream = new ScriptedUpstream(wire -> {
            for (Message request = wire.request(); request != null; request = wire.request()) {
                if (request.target().equals("/held")) {
                    held.release();
                    gate.await();
                }
                wire.send(ScriptedUpstream.ok("ok"));
            }
        });
        file = Program.file(text("outbound"));
        program = Program.runFile(file);
    }

    @AfterEach
    void end() throws Exception {
        gate.countDown();
        program.close();
        upstream.close();
    }

    /** With these listeners, each at a port of its own. */
    private String text(String... listeners) {
        StringBuilder list = new StringBuilder();
        for (String name : listeners) {
            list.append("{name: ").append(name).append(", address: \"127.0.0.1:0\", upstream: app}, ");
        }
        return """
                listeners: [%s]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                """.formatted(list, upstream.port());
    }

    private void write(String text) throws IOException {
        Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".tmp"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Message reload() throws Exception {
        return Program.ask(program.adminPort(), "POST /config/reload HTTP/1.1", "host: localhost");
    }

    @Test
    void aChangedFileIsNoticedByItself() throws Exception {
        long start = System.nanoTime();
        write(text("outbound", "other"));
        int port = program.port("other");
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
        assertThat(Program.ask(port, "GET / HTTP/1.1", "host: a").status()).isEqualTo(200);
        JsonNode history = Program.json(program.admin("/config/history").text()).path("reloads");
        assertThat(history.get(0).path("changes").asText()).isEqualTo("listeners: +other");
        assertThat(history.get(1).path("changes").asText()).isEqualTo("started");
        program.endsWell();
    }

    @Test
    void aBrokenFileIsShownUntilAGoodOneIsThere() throws Exception {
        write(text("outbound") + "rutes: []\n");
        program.awaitMessage("the file is not put in force");
        program.awaitMessage(file + ":5:1: rutes: unknown key (did you mean routes?)");
        JsonNode config = Program.json(program.admin("/config").text());
        assertThat(config.path("problems").get(0).asText()).endsWith("rutes: unknown key (did you mean routes?)");
        assertThat(program.admin("/metrics").text()).contains("outrigger_config_last_reload_successful 0");
        assertThat(program.ask("GET / HTTP/1.1", "host: a").status()).isEqualTo(200);
        write(text("outbound"));
        program.awaitMessage(file + ": is again what is in force");
        assertThat(Program.json(program.admin("/config").text()).path("problems"))
                .isEmpty();
        assertThat(program.admin("/metrics").text()).contains("outrigger_config_last_reload_successful 1");
    }

    @Test
    void aFileThatIsGoneIsMissedAndChangesNothing() throws Exception {
        Files.delete(file);
        program.awaitMessage(file + ": cannot be read (no such file or directory)");
        assertThat(program.ask("GET / HTTP/1.1", "host: a").status()).isEqualTo(200);
        assertThat(reload().status()).isEqualTo(422);
        program.terminate();
        assertThat(program.awaitExit()).isZero();
    }

    @Test
    void aHangUpIsAReloadAtOnce() throws Exception {
        write(text("outbound", "other"));
        new ProcessBuilder("kill", "-HUP", "" + program.pid()).start().waitFor();
        assertThat(Program.ask(program.port("other"), "GET / HTTP/1.1", "host: a")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aListenerThatIsTakenAwayServesWhoIsThere() throws Exception {
        write(text("outbound", "other"));
        assertThat(reload().status()).isEqualTo(200);
        int port = program.port("other");
        try (Wire stays = Wire.to(program.port());
                Wire busy = Wire.to(port);
                Wire idle = Wire.to(port)) {
            stays.head("GET / HTTP/1.1", "host: a").response();
            idle.head("GET / HTTP/1.1", "host: a").response();
            busy.head("GET /held HTTP/1.1", "host: a");
            held.acquire();
            write(text("outbound"));
            assertThat(reload().status()).isEqualTo(200);
            assertThatThrownBy(() -> Wire.to(port)).isInstanceOf(ConnectException.class);
            Message late = idle.head("GET / HTTP/1.1", "host: a").response();
            assertThat(late.status()).isEqualTo(200);
            assertThat(late.field("connection")).isEqualTo("close");
            assertThat(idle.endsWithoutAnotherByte()).isTrue();
            gate.countDown();
            Message waited = busy.response();
            assertThat(waited.status()).isEqualTo(200);
            assertThat(waited.field("connection")).isEqualTo("close");
            Message next = stays.head("GET / HTTP/1.1", "host: a").response();
            assertThat(next.status()).isEqualTo(200);
            assertThat(next.field("connection")).isNull();
        }
        program.endsWell();
    }

    @Test
    void whoeverIsIdleAtAListenerThatIsTakenAwayIsLetGoAfterAWhile() throws Exception {
        write(text("outbound", "other"));
        reload();
        try (Wire idle = Wire.to(program.port("other"))) {
            idle.head("GET / HTTP/1.1", "host: a").response();
            write(text("outbound"));
            reload();
            assertThat(idle.endsWithoutAnotherByte()).isTrue();
        }
    }

    @Test
    void whoIsServedByTlsOutlivesItsListenerAndItsSeriesDoNot() throws Exception {
        Authority authority = new Authority("authority");
        X509Bundle pair = authority.issue("proxy.test");
        SSLContext client = authority.context(null);
        write(text("outbound", "secure")
                .replace(
                        "name: secure,",
                        "name: secure, tls: {certFile: \"%s\", keyFile: \"%s\"},"
                                .formatted(
                                        Program.file(pair.getCertificatePathPEM()),
                                        Program.file(pair.getPrivateKeyPEM()))));
        assertThat(reload().status()).isEqualTo(200);
        int port = program.port("secure");
        try (Wire busy = Wire.to(port, client);
                Wire idle = Wire.to(port, client)) {
            idle.head("GET / HTTP/1.1", "host: a").response();
            busy.head("GET /held HTTP/1.1", "host: a");
            held.acquire();
            assertThat(program.series("outrigger_tls_handshakes_total", "listener=\"secure\""))
                    .isEqualTo(2);
            write(text("outbound"));
            assertThat(reload().status()).isEqualTo(200);
            assertThat(program.admin("/metrics").text()).doesNotContain("listener=\"secure\"");
            assertThat(idle.endsWithoutAnotherByte()).isTrue(); // when the context is given back, too
            gate.countDown();
            assertThat(busy.response().text()).isEqualTo("ok");
        }
        program.endsWell();
    }

    /** As Kubernetes does it: the folder is there without a Secret, and then ..data is a link to what is in it. */
    @Test
    void aFileThatWaitsForASecretComesIntoForceWhenTheSecretDoes() throws Exception {
        Path folder = Files.createTempDirectory("outrigger-secret");
        for (String name : List.of("tls.crt", "tls.key")) {
            Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }
        write(text("outbound", "secure")
                .replace(
                        "name: secure,",
                        "name: secure, tls: {certFile: %1$s/tls.crt, keyFile: %1$s/tls.key},".formatted(folder)));
        program.awaitMessage("the file is not put in force");
        assertThat(Program.json(program.admin("/config").text())
                        .path("problems")
                        .get(0)
                        .asText())
                .endsWith(folder + "/tls.crt: no such file (expected: one in PEM)");
        Authority authority = new Authority("authority");
        mount(
                folder,
                "..1",
                authority.issue("proxy.test"),
                authority.issue("proxy.test").getPrivateKeyPEM());
        program.out().await(line -> line.contains("not the key of the first certificate"));
        X509Bundle pair = authority.issue("proxy.test");
        mount(folder, "..2", pair, pair.getPrivateKeyPEM());
        int port = program.port("secure");
        try (Wire wire = Wire.to(port, authority.context(null))) {
            assertThat(wire.head("GET / HTTP/1.1", "host: a").response().status())
                    .isEqualTo(200);
        }
        assertThat(Program.json(program.admin("/config/history").text()).path("reloads"))
                .extracting(reload -> reload.path("result").asText())
                .containsExactly("inForce", "refused", "refused", "inForce"); // the start is the last
        assertThat(program.out().untilNow())
                .filteredOn(line -> line.contains("tls.crt: no such file"))
                .hasSize(1);
        program.endsWell();
    }

    private static void mount(Path folder, String version, X509Bundle pair, String key) throws IOException {
        Path data = Files.createDirectory(folder.resolve(version));
        Files.writeString(data.resolve("tls.crt"), pair.getCertificatePathPEM());
        Files.writeString(data.resolve("tls.key"), key);
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(version));
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void anAddressThatIsTakenRefusesAllOfTheFile() throws Exception {
        String taken = "{name: bad, address: \"127.0.0.1:" + upstream.port() + "\", upstream: app}";
        write(text("outbound", "other")
                .replace("listeners: [", "service: new\nlisteners: [")
                .replace("}, ]", "}, " + taken + "]"));
        Message answer = reload();
        assertThat(answer.status()).isEqualTo(422);
        assertThat(Program.json(answer.text()).path("problems").get(0).asText())
                .isEqualTo(
                        file + ": listener bad: cannot bind 127.0.0.1:" + upstream.port() + ": address already in use");
        assertThat(Program.json(program.admin("/config").text())
                        .at("/config/service")
                        .asText())
                .isNotEqualTo("new");
        assertThat(program.out().untilNow()).noneMatch(line -> line.contains("listener other accepts"));
        program.endsWell();
    }

    @Test
    void aListenerKeepsItsClientsUnderOtherLimitsAndAnotherService() throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            wire.head("GET / HTTP/1.1", "host: a").response();
            write("service: renamed\n"
                    + text("outbound").replace("upstream: app}", "upstream: app, limits: {uriBytes: 256B}}"));
            assertThat(reload().status()).isEqualTo(200);
            assertThat(wire.head("GET / HTTP/1.1", "host: a").response().status())
                    .isEqualTo(200);
            assertThat(wire.head("GET /" + "x".repeat(300) + " HTTP/1.1", "host: a")
                            .response()
                            .status())
                    .isEqualTo(414);
        }
        assertThat(program.series("http_requests_total", "service=\"renamed\"")).isGreaterThanOrEqualTo(1);
        assertThat(program.series("http_requests_total", "service=\"unknown\"")).isZero();
    }

    @Test
    void theAdminPortMovesAfterItHasAnswered() throws Exception {
        write(text("outbound")
                .replace(
                        "admin: {address: \"127.0.0.1:0\"}",
                        "admin: {address: \"[::1]:0\"}\ntelemetry: {address: \"127.0.0.1:0\"}"));
        int before = program.adminPort();
        assertThat(reload().status()).isEqualTo(200);
        assertThat(Program.ask(program.telemetryPort(), "GET /ready HTTP/1.1", "host: a")
                        .status())
                .isEqualTo(200);
        assertThatThrownBy(() -> Wire.to(before)).isInstanceOf(ConnectException.class);
        program.terminate();
        assertThat(program.awaitExit()).isZero();
    }

    @Test
    void aSignalThatComesWhileItStartsEndsItWell() throws Exception {
        Path pipe = Files.createTempDirectory("outrigger").resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        try (Program starting = Program.start("run", "-c", pipe.toString())) {
            try (var out = new OutputStreamWriter(Files.newOutputStream(pipe), StandardCharsets.UTF_8)) {
                starting.terminate(); // it has opened the file, and waits for what is in it
                out.write(text("outbound"));
            }
            assertThat(starting.awaitExit()).isZero();
            assertThat(starting.out().all()).anyMatch(line -> line.contains("\"draining\""));
        }
    }
}
