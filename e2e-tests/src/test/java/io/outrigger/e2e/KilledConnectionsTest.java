package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/**
 * Upstreams that kill connections in each of nine phases, under load, and count what they are sent: a POST is never sent
 * twice, unless nothing of it had been sent before, or the endpoint had refused it.
 */
class KilledConnectionsTest {
    private static final int POSTS = 10_000;
    private static final int REQUESTS = POSTS / 4 * 5; // the others are PUTs, which are sent again
    private static final int CLIENTS = 16;

    /** When a connection is killed; in order or by a reset, by turns. */
    private enum Phase {
        ACCEPTED,
        BEFORE_READING,
        IN_THE_REQUEST_HEAD,
        AFTER_THE_REQUEST_HEAD,
        IN_THE_REQUEST_BODY,
        AFTER_THE_REQUEST_BODY,
        IN_THE_RESPONSE_HEAD,
        AFTER_THE_RESPONSE_HEAD,
        IN_THE_RESPONSE_BODY,
        /** Not killed: refused, which may be sent again. */
        REFUSED,
        NEVER
    }

    private final AtomicIntegerArray arrived = new AtomicIntegerArray(REQUESTS); // of each request, how often
    private final AtomicIntegerArray refused = new AtomicIntegerArray(REQUESTS);
    private final Map<Phase, AtomicInteger> reached = new EnumMap<>(Phase.class);
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();

    KilledConnectionsTest() {
        for (Phase phase : Phase.values()) {
            reached.put(phase, new AtomicInteger());
        }
    }

    @Test
    void aPostIsNeverSentTwice() throws Exception {
        try (var one = new ScriptedUpstream(this::serve);
                var other = new ScriptedUpstream(this::serve);
                var program = Program.run("""
                        listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                        admin: {address: "127.0.0.1:0"}
                        drain: {quiet: 1ms}
                        logging: {access: all}
                        upstreams:
                          app: {endpoints: ["127.0.0.1:%d", "127.0.0.1:%d"], balance: roundRobin}
                        defaults:
                          retry:
                            on: [notSent, refused, staleConnection, reset, attemptTimeout, 502-504]
                            backoff: {base: 1ms, max: 1ms}
                            budget: off
                        """.formatted(one.port(), other.port()))) {
            Map<Integer, Integer> answers = load(program.port());
            for (Phase phase : Phase.values()) {
                assertThat(reached.get(phase).get()).as(phase.name()).isGreaterThan(REQUESTS / 40);
            }
            for (int id = 0; id < REQUESTS; id++) {
                if (isPost(id)) {
                    assertThat(arrived.get(id) - refused.get(id))
                            .as("POST " + id)
                            .isLessThanOrEqualTo(1);
                }
            }
            assertThat(answers.get(200)).isGreaterThan(REQUESTS / 2);
            program.endsWell();
            assertThatOnlyWhatWasNotSentWasSentAgain(program.out().all());
        }
    }

    /** What the proxy itself says of its attempts, whether an upstream has read them or not. */
    private static void assertThatOnlyWhatWasNotSentWasSentAgain(List<String> lines) {
        int again = 0;
        int told = 0;
        for (String line : lines) {
            JsonNode access = Program.json(line);
            if (access.path("method").asText().equals("POST")) {
                told++;
                JsonNode attempts = access.path("attempts");
                for (int i = 0; i + 1 < attempts.size(); i++) {
                    again++;
                    assertThat(attempts.get(i).path("outcome").asText())
                            .as(line)
                            .isIn("not_sent", "refused");
                }
            }
        }
        assertThat(told).isEqualTo(POSTS);
        assertThat(again).as("POSTs that were sent again").isPositive();
    }

    // ---- the clients

    private static boolean isPost(int id) {
        return id % 5 != 0;
    }

    /** How many answers there were of each status; 0 for those that were cut. */
    private Map<Integer, Integer> load(int port) throws Exception {
        Map<Integer, Integer> all = new TreeMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Integer>>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> ask(port)));
            }
            for (var client : clients) {
                client.get().forEach(status -> all.merge(status, 1, Integer::sum));
            }
        }
        return all;
    }

    private List<Integer> ask(int port) throws IOException {
        List<Integer> statuses = new ArrayList<>();
        Wire wire = Wire.to(port);
        for (int id = next.getAndIncrement(); id < REQUESTS; id = next.getAndIncrement()) {
            String body = "x".repeat(id % 20 < 2 ? 20_000 : 40);
            try {
                wire.head(
                        "%s /%08d HTTP/1.1".formatted(isPost(id) ? "POST" : "PUT", id),
                        "host: app",
                        "content-length: " + body.length());
                Message answer = wire.send(body).response();
                statuses.add(answer.status());
                if ("close".equals(answer.field("connection"))) {
                    wire.close();
                    wire = Wire.to(port);
                }
            } catch (IOException e) {
                statuses.add(0);
                wire.close();
                wire = Wire.to(port);
            }
        }
        wire.close();
        return statuses;
    }

    // ---- the upstreams

    private void serve(Wire wire) throws Exception {
        Phase phase = drawn();
        while (phase != Phase.ACCEPTED && serveOne(wire, phase)) {
            phase = drawn();
        }
        if (turn.get() % 2 == 0) {
            wire.reset();
        }
    }

    private Phase drawn() {
        int drawn = turn.getAndIncrement() % (2 * Phase.values().length);
        Phase phase = Phase.values()[Math.min(drawn, Phase.NEVER.ordinal())];
        reached.get(phase).incrementAndGet();
        return phase;
    }

    /** Whether the connection lives on. */
    private boolean serveOne(Wire wire, Phase phase) throws IOException {
        String start = new String(wire.bytes("POST /00000000".length()), StandardCharsets.ISO_8859_1);
        int id = Integer.parseInt(start.substring(start.indexOf('/') + 1).strip());
        arrived.incrementAndGet(id);
        if (phase.compareTo(Phase.IN_THE_REQUEST_HEAD) <= 0) {
            return false;
        }
        Message head = wire.nextHead();
        int length = Integer.parseInt(String.valueOf(head.field("content-length")));
        if (phase == Phase.AFTER_THE_REQUEST_HEAD) {
            return false;
        }
        wire.bytes(phase == Phase.IN_THE_REQUEST_BODY ? length / 2 : length);
        switch (phase) {
            case IN_THE_REQUEST_BODY, AFTER_THE_REQUEST_BODY -> {
                return false;
            }
            case IN_THE_RESPONSE_HEAD -> wire.send("HTTP/1.1 200 OK\r\ncontent-le");
            case AFTER_THE_RESPONSE_HEAD -> wire.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n");
            case IN_THE_RESPONSE_BODY -> wire.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf ");
            case REFUSED -> {
                refused.incrementAndGet(id);
                wire.send(ScriptedUpstream.response("421 Misdirected Request", "not here"));
                return true;
            }
            default -> {
                wire.send(ScriptedUpstream.ok("fine"));
                return true;
            }
        }
        return false;
    }
}
