package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An endpoint that takes long is not waited for when another one answers. Each test has a path of its own. */
class HedgeTest {
    /** Where a request came, and over which connection. */
    private record Arrival(String endpoint, Message request, CountDownLatch gone) {}

    private static final Map<String, List<Arrival>> arrived = new ConcurrentHashMap<>(); // by path
    private static ScriptedUpstream one;
    private static ScriptedUpstream other;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        one = new ScriptedUpstream(wire -> serve("one", wire));
        other = new ScriptedUpstream(wire -> serve("other", wire));
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%d", "127.0.0.1:%d"], balance: roundRobin}
                routes:
                  - {name: hedged, match: {hosts: [hedged]}, upstream: app, hedge: {after: 50ms}, retry: {on: [503], budget: off}}
                  - {name: once, match: {hosts: [once]}, upstream: app, hedge: {after: 50ms}, retry: off}
                  - {name: poor, match: {hosts: [poor]}, upstream: app, hedge: {after: 1ms}, retry: {budget: {ratio: 0%%, minPerSecond: 0}}}
                  - {name: seen, match: {hosts: [seen]}, upstream: app, hedge: {after: p95}, retry: {budget: off}}
                """.formatted(one.port(), other.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        one.close();
        other.close();
    }

    /** The first to get a request for a path with {@code slow} in it never answers; the second does. */
    private static void serve(String name, Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            Arrival arrival = new Arrival(name, request, new CountDownLatch(1));
            List<Arrival> same = arrived(request.target());
            same.add(arrival);
            boolean first = same.getFirst() == arrival;
            if (request.target().contains("slow") && first || request.target().contains("never")) {
                if (wire.endsWithoutAnotherByte()) {
                    arrival.gone.countDown();
                }
                return;
            }
            boolean busy = request.target().contains("busy") && same.size() == 2;
            wire.send(busy ? ScriptedUpstream.response("503 Service Unavailable", name) : ScriptedUpstream.ok(name));
        }
    }

    private static List<Arrival> arrived(String path) {
        return arrived.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>());
    }

    private static Message ask(String host, String method, String path, String body) throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head(
                    method + " " + path + " HTTP/1.1",
                    "host: " + host,
                    "x-request-id: " + path.substring(1),
                    body.isEmpty() ? "x-none: 1" : "content-length: " + body.length());
            return wire.send(body).response();
        }
    }

    private static void assertLet(Arrival arrival) throws InterruptedException {
        assertThat(arrival.gone.await(20, TimeUnit.SECONDS)).as("cancelled").isTrue();
    }

    @Test
    void anotherEndpointAnswersAndTheFirstIsLet() throws Exception {
        Message answer = ask("hedged", "GET", "/slow-get", "");
        List<Arrival> both = arrived("/slow-get");
        assertThat(answer.text()).isEqualTo(both.get(1).endpoint());
        assertThat(both).extracting(Arrival::endpoint).containsExactlyInAnyOrder("one", "other");
        assertThat(both)
                .extracting(arrival -> arrival.request().field("x-outrigger-attempt"))
                .containsExactly(null, "2");
        assertLet(both.getFirst());
        var attempts = program.awaitAccess("slow-get").path("attempts");
        assertThat(attempts).hasSize(2);
        assertThat(attempts.get(1).path("status").asInt()).isEqualTo(200);
        assertThat(Program.json(program.admin("/requests/slow-get").text()).toString())
                .contains("no response head within 50 ms", "an extra attempt was answered first");
    }

    @Test
    void bothEndpointsGetTheWholeBody() throws Exception {
        assertThat(ask("hedged", "PUT", "/slow-put", "payment").status()).isEqualTo(200);
        assertThat(arrived("/slow-put"))
                .extracting(arrival -> arrival.request().text())
                .containsExactly("payment", "payment");
    }

    @Test
    void whatIsQuickIsSentOnce() throws Exception {
        assertThat(ask("hedged", "GET", "/quick", "").status()).isEqualTo(200);
        assertThat(arrived("/quick")).hasSize(1);
    }

    @Test
    void aPostIsSentOnce() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("POST /slow-post HTTP/1.1", "host: hedged", "x-request-timeout-ms: 700", "content-length: 3");
            assertThat(wire.send("pay").response().status()).isEqualTo(504);
        }
        assertThat(arrived("/slow-post")).hasSize(1);
    }

    @Test
    void anAnswerThatIsRetriedIsNotTheOneThatIsWaitedFor() throws Exception {
        // the first never answers, the hedge is busy: no better than nothing, until time is up
        try (var wire = Wire.to(program.port())) {
            wire.head("GET /slow-busy HTTP/1.1", "host: hedged", "x-request-timeout-ms: 700");
            assertThat(wire.response().status()).isIn(503, 504);
        }
        assertThat(arrived("/slow-busy")).hasSize(2);
    }

    @Test
    void withRetriesOffThereIsStillAHedge() throws Exception {
        assertThat(ask("once", "GET", "/slow-once", "").status()).isEqualTo(200);
        assertThat(arrived("/slow-once")).hasSize(2);
        assertThat(program.series("outrigger_hedges_total", "route=\"once\"", "result=\"won\""))
                .isEqualTo(1);
        assertThat(Program.json(program.admin("/routes/once").text())
                        .path("hedges")
                        .toString())
                .isEqualTo("{\"lost\":0,\"won\":1}");
    }

    @Test
    void theBudgetPays() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("GET /slow-poor HTTP/1.1", "host: poor", "x-request-id: slow-poor", "x-request-timeout-ms: 500");
            assertThat(wire.response().status()).isEqualTo(504);
        }
        assertThat(arrived("/slow-poor")).hasSize(1);
        assertThat(Program.json(program.admin("/requests/slow-poor").text()).toString())
                .contains("the budget of the route has no token left");
    }

    @Test
    void aClientThatLeavesEndsBoth() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("GET /never HTTP/1.1", "host: hedged");
            while (arrived("/never").size() < 2) {
                Thread.onSpinWait();
            }
        }
        for (Arrival arrival : arrived("/never")) {
            assertLet(arrival);
        }
    }

    @Test
    void whatTheRouteTakesIsObserved() throws Exception {
        for (int i = 0; i < 40; i++) {
            ask("seen", "GET", "/seen", "");
        }
        // what was seen is added up within a second; until then nothing is begun besides, and the client asks again
        String path = "/slow-seen-";
        int i = 0;
        int status;
        do {
            try (var wire = Wire.to(program.port())) {
                wire.head("GET " + path + ++i + " HTTP/1.1", "host: seen", "x-request-timeout-ms: 700");
                status = wire.response().status();
            }
        } while (status == 504 && i < 10);
        assertThat(status).isEqualTo(200);
        assertThat(arrived(path + i)).hasSize(2);
    }
}
