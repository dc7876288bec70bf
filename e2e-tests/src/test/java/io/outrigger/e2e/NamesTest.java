package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.fixtures.DnsServer;
import io.outrigger.fixtures.DnsServer.Manner;
import io.outrigger.fixtures.Twins;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A name that moves, and a name service that fails, cost no request. */
class NamesTest {
    private final Semaphore arrived = new Semaphore(0); // at the slow page
    private final Semaphore mayLeave = new Semaphore(0);
    private final CountDownLatch idleConnectionEnded = new CountDownLatch(1); // to where the name was before

    @Test
    void aNameMovesWithoutALostRequest() throws Exception {
        Twins<ServerSocket, ServerSocket> servers = Twins.open(
                port -> server("127.0.0.1", port), ServerSocket::getLocalPort, port -> server("127.0.0.2", port));
        try (DnsServer names = new DnsServer();
                ScriptedUpstream old = new ScriptedUpstream(servers.first(), wire -> {
                    serve(wire, "old");
                    idleConnectionEnded.countDown();
                });
                ScriptedUpstream other = new ScriptedUpstream(servers.second(), wire -> serve(wire, "other"))) {
            names.has("app.shop.test", 0, "127.0.0.1");
            String flag =
                    "-Doutrigger.resolvConf=" + names.resolvConf("search shop.test", "options timeout:1 attempts:1");
            Program program = Program.runWith(flag, """
                    listeners: [{name: outbound, address: "127.0.0.1:0"}]
                    admin: {address: "127.0.0.1:0"}
                    drain: {quiet: 1ms}
                    upstreams:
                      app: {endpoints: ["app:%d"]}
                      nowhere: {endpoints: ["nowhere:1"]}
                    routes:
                      - {name: nowhere, match: {hosts: [nowhere]}, upstream: nowhere}
                      - {name: app, match: {}, upstream: app, retry: off}
                    """.formatted(old.port()));
            try (Wire slow = Wire.to(program.port())) {
                assertThat(program.ask("GET / HTTP/1.1", "host: nowhere").text())
                        .contains("urn:outrigger:problem:dns-failed");
                slow.head("GET /slow HTTP/1.1", "host: app");
                assertThat(arrived.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                assertThat(text(program)).isEqualTo("old");

                names.has("app.shop.test", 0, "127.0.0.2");
                program.awaitMessage("upstream app: endpoints [127.0.0.2:");
                assertThat(text(program)).isEqualTo("other");
                assertThat(idleConnectionEnded.await(20, TimeUnit.SECONDS)).isTrue();
                mayLeave.release();
                assertThat(slow.response().text()).isEqualTo("old");

                names.answers("app.shop.test", Manner.SERVFAIL);
                program.awaitMetricAtLeast(2, "outrigger_dns_lookups_total", "upstream=\"app\"", "result=\"failure\"");
                assertThat(text(program)).isEqualTo("other");
                program.awaitMetricAtLeast(1, "outrigger_dns_age_seconds", "upstream=\"app\"");

                names.answers("app.shop.test", Manner.PLAINLY);
                program.awaitMessage("upstream app: app resolves again, to 1 addresses");
                assertThat(program.out().untilNow())
                        .filteredOn(line -> line.contains("upstream app: app does not resolve"))
                        .singleElement()
                        .asString()
                        .contains("(servfail from 127.0.0.1), keeping the 1 addresses that are known");
                program.endsWell();
            } finally {
                program.close();
            }
        }
    }

    private static ServerSocket server(String address, int port) throws IOException {
        return new ServerSocket(port, 50, InetAddress.ofLiteral(address));
    }

    private void serve(Wire wire, String name) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            if (request.first().contains("/slow")) {
                arrived.release();
                mayLeave.acquire();
            }
            wire.send(ScriptedUpstream.ok(name));
        }
    }

    private static String text(Program program) throws Exception {
        return program.ask("GET / HTTP/1.1", "host: app").text();
    }
}
