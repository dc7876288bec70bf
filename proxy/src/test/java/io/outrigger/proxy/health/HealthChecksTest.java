package io.outrigger.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.HealthCheckConfig;
import io.outrigger.config.StatusSet;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.balance.Checkup;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.fixtures.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is asked for, what counts as an answer, and when nobody is asked any more. */
@ParameterizedClass
@EnumSource
class HealthChecksTest {
    private static final String OK = "HTTP/1.1 204 No Content\r\n\r\n";

    private final Server server;
    private final EndpointSet endpoints = new EndpointSet();
    private final HealthThread thread;
    private final HealthMetrics metrics = new HealthMetrics(new Metrics(1), System::nanoTime);
    private final List<HealthChecks> begun = new ArrayList<>();

    HealthChecksTest(Transport transport) {
        this.server = Server.on(transport);
        this.thread = new HealthThread(transport.epoll());
        endpoints.replace(List.of(server.endpoint()));
    }

    @AfterEach
    void comesToRest() {
        begun.forEach(HealthChecks::end);
        thread.close();
        server.close();
    }

    private HealthChecks begin(Duration timeout) {
        var config = new HealthCheckConfig("/up?deep=1", Duration.ofSeconds(1), timeout, 1, 1, StatusSet.of(204));
        HealthChecks checks = new HealthChecks(
                "app",
                config,
                endpoints,
                null,
                thread,
                bound -> 0, // at once, and then at 90 % of the interval
                metrics);
        begun.add(checks);
        checks.begin();
        return checks;
    }

    private HealthChecks begin() {
        return begin(Duration.ofSeconds(20));
    }

    private static Checkup await(Endpoint endpoint, Predicate<Checkup> that) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!that.test(endpoint.standing().checkup())) {
            assertThat(System.nanoTime())
                    .as("%s", endpoint.standing().checkup())
                    .isLessThan(until);
            Thread.onSpinWait();
        }
        return endpoint.standing().checkup();
    }

    private Checkup awaitResult() {
        return await(server.endpoint(), checkup -> !checkup.last().isEmpty());
    }

    @Test
    void asksOnAConnectionOfItsOwnEachTime() {
        begin();
        for (int i = 0; i < 2; i++) {
            Peer peer = server.accept();
            Message request = peer.request();
            assertThat(request.start()).isEqualTo("GET /up?deep=1 HTTP/1.1");
            assertThat(request.field("host")).isEqualTo(server.authority());
            assertThat(request.field("connection")).isEqualTo("close");
            assertThat(request.field("user-agent")).isEqualTo("outrigger-health-check");
            peer.send("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
            peer.send(OK);
            assertThat(peer.more()).as("more than one request").isFalse();
        }
        assertThat(awaitResult().last()).isEqualTo("status 204");
        assertThat(server.endpoint().standing().checkup().healthy()).isTrue();
    }

    @Test
    void anotherStatusIsBadAndTheNextGoodOneCounts() {
        begin();
        server.accept().send("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nnot all of it");
        Checkup bad = await(server.endpoint(), checkup -> !checkup.healthy());
        assertThat(bad.last()).isEqualTo("status 200");
        server.accept().send(OK);
        assertThat(await(server.endpoint(), Checkup::healthy).last()).isEqualTo("status 204");
    }

    @Test
    void whoSaysNothingInTimeIsBad() {
        begin(Duration.ofMillis(50));
        Peer peer = server.accept();
        peer.request();
        peer.send("HTTP/1.1 204 No");
        assertThat(await(server.endpoint(), checkup -> !checkup.healthy()).last())
                .isEqualTo("no answer within 50ms");
        assertThat(peer.more()).isFalse();
    }

    @Test
    void whoEndsTheConnectionOrTalksNonsenseIsBad() {
        begin();
        server.accept().close();
        Checkup first = await(server.endpoint(), checkup -> !checkup.healthy());
        assertThat(first.last())
                .isIn("the connection ended without a response", "connection reset by peer", "connection reset");
        server.accept().send("SSH-2.0-OpenSSH_9.6\r\n");
        assertThat(await(server.endpoint(), checkup -> checkup.lastNanos() != first.lastNanos())
                        .last())
                .isEqualTo("malformed response: malformed status line");
    }

    @Test
    void whereNobodyListensIsBad() {
        server.close();
        begin();
        assertThat(await(server.endpoint(), checkup -> !checkup.healthy()).last())
                .isIn("connection refused", "no such file or directory");
    }

    @Test
    void endpointsThatComeAreCheckedAndThoseThatGoAreNot() {
        begin();
        Peer first = server.accept();
        first.request();
        try (Server other = Server.on(Transport.NIO)) {
            endpoints.replace(List.of(other.endpoint()));
            assertThat(first.more()).as("the check that was under way").isFalse();
            Peer second = other.accept();
            second.request();
            second.send(OK);
            assertThat(await(other.endpoint(), checkup -> !checkup.last().isEmpty())
                            .last())
                    .isEqualTo("status 204");
            assertThat(server.endpoint().standing().checkup()).isEqualTo(Checkup.NONE);
        }
    }

    @Test
    void nothingIsAskedOnceTheyHaveEndedAndWhatIsKnownStays() {
        HealthChecks checks = begin();
        server.accept().send("HTTP/1.1 500 No\r\n\r\n");
        await(server.endpoint(), checkup -> !checkup.healthy());
        Peer under = server.accept();
        under.request();
        checks.end();
        assertThat(under.more()).isFalse();
        assertThat(server.endpoint().standing().checkup().healthy()).isFalse();

        begin();
        server.accept().send(OK);
        await(server.endpoint(), Checkup::healthy);
    }
}
