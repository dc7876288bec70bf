package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.Address;
import io.outrigger.config.AdminConfig;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that take their time, or want too much. */
class SlowClientsTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Metrics metrics = new Metrics(2);
    private final List<Wire> wires = new ArrayList<>();
    private AdminServer server;
    private AdminPort port;

    private void open(Duration request, Duration answer, Duration idle, Duration farewell) throws IOException {
        server = AdminServer.create(
                new FakeProxy(),
                metrics,
                "1.2.3",
                InstantSource.system(),
                new Patience.Limits(request, answer, idle, farewell));
        port = server.open(new AdminConfig(new Address.Tcp("127.0.0.1", 0), Optional.empty(), List.of()));
    }

    private Wire wire() throws IOException {
        Wire wire = new Wire(port.address());
        wires.add(wire);
        return wire;
    }

    @AfterEach
    void close() throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
        server.close();
    }

    @Test
    void aConnectionWithoutARequestIsClosed() throws IOException {
        open(SHORT, LONG, LONG, LONG);

        assertThat(wire().ended()).isTrue();
    }

    @Test
    void aRequestThatDoesNotComeToItsEndIsCutOff() throws IOException {
        open(SHORT, LONG, LONG, LONG);

        assertThat(wire().send("GET /ready HTTP/1.1\r\nHost: local").ended()).isTrue();
    }

    @Test
    void theSecondRequestOfAConnectionHasToComeToItsEndToo() throws IOException {
        open(Duration.ofSeconds(1), LONG, LONG, LONG);
        Wire wire = wire();
        assertThat(wire.get("/ready").status()).isEqualTo(200);

        assertThat(wire.send("GET /ready HTTP/1.1\r\n").ended()).isTrue();
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        open(LONG, LONG, SHORT, LONG);
        Wire wire = wire();
        assertThat(wire.get("/ready").status()).isEqualTo(200);

        assertThat(wire.ended()).isTrue();
    }

    @Test
    void anAnswerThatIsNotTakenIsGivenUp() throws IOException {
        manySeries();
        open(LONG, Duration.ofMillis(500), Duration.ofSeconds(1), LONG);
        Wire slow = wire().send(Wire.head("GET", "/metrics"));
        assertThat(slow.line()).isEqualTo("HTTP/1.1 200 OK");

        Wire later = wire();
        assertThat(later.get("/ready").status()).isEqualTo(200);
        assertThat(later.ended()).isTrue(); // a second has passed on the server's own clock
        assertThat(slow.bytesToTheEnd()).isLessThan(2_000_000);
    }

    @Test
    void answersThatAreNotTakenGiveWayToNewOnes() throws IOException {
        manySeries();
        open(LONG, LONG, LONG, LONG);
        for (int i = 0; i < 4; i++) {
            assertThat(wire().send(Wire.head("GET", "/metrics")).line()).isEqualTo("HTTP/1.1 200 OK");
        }

        assertThat(wires.getFirst().bytesToTheEnd()).isLessThan(2_000_000);
        assertThat(wire().get("/ready").status()).isEqualTo(200);
    }

    @Test
    void halfOpenConnectionsKeepNobodyOut() throws IOException {
        open(LONG, LONG, LONG, LONG);
        for (int i = 0; i < 300; i++) {
            wire().send("GET /metrics HTTP/1.1\r\nHost: x");
        }

        assertThat(wire().get("/ready").status()).isEqualTo(200);
        assertThat(wires.getFirst().ended()).isTrue(); // the one that waited longest had to go
    }

    @Test
    void aClientThatStillSendsGetsItsAnswerAndThenTheEnd() throws IOException {
        open(LONG, LONG, LONG, Duration.ofSeconds(1));
        Wire wire = wire();
        wire.send(Wire.head("POST", "/config", "Content-Length: 2000000") + "x".repeat(1_100_000));

        assertThat(wire.answer().status()).isEqualTo(413);
        assertThat(wire.ended()).isTrue();
    }

    @Test
    void nobodyIsAskedToSendABody() throws IOException {
        open(LONG, LONG, LONG, SHORT);
        Wire wire = wire();
        wire.send(Wire.head("POST", "/config", "Content-Length: 5", "Expect: 100-continue"));

        assertThat(wire.answer().status()).isEqualTo(405);
        assertThat(wire.ended()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"414,line", "431,header", "400,garbage", "400,chunk"})
    void whatIsTooLargeOrMalformedIsRefused(int status, String what) throws IOException {
        open(LONG, LONG, LONG, SHORT);
        Wire wire = wire();
        wire.send(
                switch (what) {
                    case "line" -> Wire.head("GET", "/" + "x".repeat(5000));
                    case "header" -> Wire.head("GET", "/ready", "x: " + "y".repeat(20_000));
                    case "chunk" -> Wire.head("POST", "/ready", "Transfer-Encoding: chunked") + "zz\r\n";
                    default -> "\u0001\u0002\r\n\r\n";
                });

        assertThat(wire.answer().status()).isEqualTo(status);
        assertThat(wire.ended()).isTrue();
    }

    /** Makes a page of more than two megabytes. */
    private void manySeries() {
        var family = metrics.gauges("many", "help", "label");
        for (int i = 0; i < 20_000; i++) {
            family.put(new Reading(() -> 1), i + "x".repeat(100));
        }
    }
}
