package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Told to end, it first serves what its app still sends. */
class DrainTest {
    private static final int CLIENTS = 8;
    private static final int TIMES = 3; // because it is about a moment

    private final CountDownLatch gate = new CountDownLatch(1);
    private final Semaphore held = new Semaphore(0);
    private ScriptedUpstream upstream;
    private Program program;

    @BeforeEach
    void start() throws Exception {
        upstream = new ScriptedUpstream(wire -> {
            for (Message request = wire.request(); request != null; request = wire.request()) {
                if (request.target().equals("/held")) {
                    held.release();
                    gate.await();
                }
                wire.send(ScriptedUpstream.ok(request.target()));
            }
        });
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 300ms, timeout: 40s}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                """.formatted(upstream.port()));
    }

    @AfterEach
    void end() throws Exception {
        gate.countDown();
        program.close();
        upstream.close();
    }

    /** Asks until it is asked to close its connection; returns how many of its requests were not answered well. */
    private int lostByAClient(int client) throws Exception {
        int lost = 0;
        try (var wire = Wire.to(program.port())) {
            for (int i = 0; ; i++) {
                String path = "/" + client + "/" + i;
                var answer = wire.head("GET " + path + " HTTP/1.1", "host: a").response();
                lost += answer.text().equals(path) ? 0 : 1;
                if ("close".equals(answer.field("connection"))) {
                    return lost;
                }
            }
        }
    }

    @Test
    void underLoadNothingIsLost() throws Exception {
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(() -> lostByAClient(client));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> running = new ArrayList<>();
            for (Callable<Integer> client : clients) {
                running.add(threads.submit(client));
            }
            program.awaitMetricAtLeast(1000, "http_requests_total", "status=\"200\"");
            program.terminate();
            for (Future<Integer> client : running) {
                assertThat(client.get()).isZero();
            }
        }
        assertThat(program.awaitExit()).isZero();
        assertThat(program.out().all()).noneMatch(line -> line.contains("LEAK") || line.contains("cut at drain"));
        assertThat(program.err().all()).isEmpty();
    }

    @Test
    void underLoadThatNeverEndsEveryoneWhoIsLetInIsAnsweredAndTheOthersAreRefused() throws Exception {
        endsUnderLoad(Program::terminate);
    }

    @Test
    void anOperatorsDrainLosesNoMoreThanASignal() throws Exception {
        endsUnderLoad(own -> assertThat(drain(own).status()).isEqualTo(202));
    }

    private void endsUnderLoad(Ending ending) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (Program own = Program.run("""
                    listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                    admin: {address: "127.0.0.1:0"}
                    drain: {timeout: 2s}     # and accepting stops after one
                    upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                    """.formatted(upstream.port()))) {
                Load load = Load.on(own.port(), CLIENTS);
                load.awaitAnswers(500);
                load.mayBeRefused();
                ending.of(own);
                load.awaitRefusal();
                assertThat(load.lost()).isEmpty();
                assertThat(load.answered()).isEqualTo(load.sent());
                assertThat(own.awaitExit()).isZero();
                assertThat(own.out().all()).noneMatch(line -> line.contains("LEAK") || line.contains("is up"));
                assertThat(own.err().all()).isEmpty();
            }
        }
    }

    @Test
    void whileItDrainsItServesAndSaysThatItIsNotReady() throws Exception {
        try (var wire = Wire.to(program.port())) {
            assertThat(program.admin("/ready").status()).isEqualTo(200);
            wire.head("GET /held HTTP/1.1", "host: a");
            held.acquire();
            program.terminate();
            program.awaitMessage("draining");
            assertThat(program.admin("/ready").status()).isEqualTo(503);
            assertThat(program.admin("/healthz").status()).isEqualTo(200);
            var answer = program.ask("GET /more HTTP/1.1", "host: a");
            assertThat(answer.text()).isEqualTo("/more");
            assertThat(answer.field("connection")).isEqualTo("close");
            gate.countDown();
            assertThat(wire.response().text()).isEqualTo("/held");
        }
        assertThat(program.awaitExit()).isZero();
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("GET /held HTTP/1.1", "host: a");
            held.acquire();
            program.terminate();
            program.awaitMessage("draining");
            program.terminate();
            assertThat(program.awaitExit()).isEqualTo(143);
        }
    }

    @Test
    void anOperatorCanAskForIt() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("GET /held HTTP/1.1", "host: a");
            held.acquire();
            assertThat(drain().status()).isEqualTo(202);
            assertThat(program.admin("/ready").status()).isEqualTo(503);
            assertThat(drain().status()).isEqualTo(202);
            assertThat(Program.ask(program.adminPort(), "POST /config/reload HTTP/1.1", "host: localhost")
                            .status())
                    .isEqualTo(422);
            gate.countDown();
            assertThat(wire.response().text()).isEqualTo("/held");
        }
        assertThat(program.awaitExit()).isZero();
    }

    private interface Ending {
        void of(Program program) throws Exception;
    }

    private Message drain() throws Exception {
        return drain(program);
    }

    private static Message drain(Program program) throws Exception {
        return Program.ask(program.adminPort(), "POST /drain HTTP/1.1", "host: localhost");
    }
}
