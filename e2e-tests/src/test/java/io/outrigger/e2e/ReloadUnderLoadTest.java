package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thousand reloads cost nobody a request. */
class ReloadUnderLoadTest {
    private static final int RELOADS = 1000;
    private static final int KEEPING = 6; // clients with one connection for all of their requests
    private static final int COMING = 2; // clients with a connection for each request

    private final CountDownLatch gate = new CountDownLatch(1);
    private final Semaphore held = new Semaphore(0);
    private final AtomicInteger wronglyAsked = new AtomicInteger();
    private ScriptedUpstream one;
    private ScriptedUpstream two;
    private ScriptedUpstream wrong;
    private ConfigMap map;
    private Program program;
    private volatile boolean over;

    @BeforeEach
    void start() throws Exception {
        one = upstream("one");
        two = upstream("two");
        wrong = new ScriptedUpstream(wire -> {
            while (wire.request() != null) {
                wronglyAsked.incrementAndGet();
                wire.send(ScriptedUpstream.ok("wrong"));
            }
        });
        map = new ConfigMap(file(one, 0));
        program = Program.runFile(map.file());
    }

    @AfterEach
    void end() throws Exception {
        gate.countDown();
        program.close();
        one.close();
        two.close();
        wrong.close();
    }

    private ScriptedUpstream upstream(String name) throws Exception {
        return new ScriptedUpstream(wire -> {
            for (Message request = wire.request(); request != null; request = wire.request()) {
                if (request.target().equals("/held")) {
                    held.release();
                    gate.await();
                }
                wire.send(ScriptedUpstream.ok(name));
            }
        });
    }

    /** Good, and different for each number. */
    private static String file(ScriptedUpstream to, int number) {
        return """
                listeners: [{name: outbound, address: "127.0.0.1:0", limits: {connections: %d}}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                routes:
                  - {name: all, match: {path: {prefix: /}}, upstream: app, timeout: {request: 120s}}
                  - {name: r%d, match: {hosts: [nobody]}, upstream: app}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"], pool: {maxConnections: %d}}}
                """.formatted(1000 + number, number % 7, to.port(), 200 + number % 3);
    }

    /** What must never be in force: each leads elsewhere as far as it leads anywhere. */
    private String bad(int number) {
        String text = file(wrong, number);
        return switch (number % 5) {
            case 0 -> text.substring(0, 1 + number % (text.length() - 2));
            case 1 -> "";
            case 2 -> text + "rutes: []\n";
            case 3 ->
                text.replace("address: \"127.0.0.1:0\", l", "address: \"127.0.0.1:" + wrong.port() + "\", l"); // taken
            default -> text + "}} [\n\t\u0000";
        };
    }

    @Test
    void aThousandReloadsLoseNoRequestAndCloseNoBusyConnection() throws Exception {
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < KEEPING + COMING; i++) {
            boolean keeps = i < KEEPING;
            clients.add(() -> keeps ? askOnOneConnection() : askOnNewConnections());
        }
        try (Wire busy = Wire.to(program.port());
                Wire idle = Wire.to(program.port());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            busy.head("GET /held HTTP/1.1", "host: a");
            held.acquire();
            idle.head("GET / HTTP/1.1", "host: a").response();
            List<Future<Integer>> running = new ArrayList<>();
            clients.forEach(client -> running.add(threads.submit(client)));
            int inForce = reloadAThousandTimes();
            over = true;
            int asked = 0;
            for (Future<Integer> client : running) {
                asked += client.get();
            }
            assertThat(asked).isGreaterThan(RELOADS);
            assertThat(idle.head("GET / HTTP/1.1", "host: a").response().status())
                    .isEqualTo(200);
            gate.countDown();
            assertThat(busy.response().status()).isEqualTo(200);
            assertThat(program.series("outrigger_config_reloads_total", "result=\"success\""))
                    .isEqualTo(inForce);
            assertThat(program.series("http_requests_total", "route=\"all\""))
                    .isGreaterThanOrEqualTo(asked); // counted on
        }
        assertThat(wronglyAsked).hasValue(0);
        program.endsWell();
    }

    /** Tells how many of them changed something. */
    private int reloadAThousandTimes() throws Exception {
        int inForce = 0;
        try (Wire admin = Wire.to(program.adminPort())) {
            for (int i = 1; i <= RELOADS; i++) {
                boolean good = i % 3 != 0;
                map.publish(good ? file(i % 2 == 0 ? one : two, i) : bad(i));
                Message answer = admin.head("POST /config/reload HTTP/1.1", "host: localhost")
                        .response();
                assertThat(answer.status()).as("%d: %s", i, answer.text()).isEqualTo(good ? 200 : 422);
                inForce += good ? 1 : 0;
            }
        }
        return inForce;
    }

    private int askOnOneConnection() throws Exception {
        try (Wire wire = Wire.to(program.port())) {
            for (int asked = 0; ; asked++) {
                if (over) {
                    return asked;
                }
                check(wire.head("GET / HTTP/1.1", "host: a").response());
            }
        }
    }

    private int askOnNewConnections() throws Exception {
        for (int asked = 0; ; asked++) {
            if (over) {
                return asked;
            }
            check(program.ask("GET / HTTP/1.1", "host: a", "connection: close"));
        }
    }

    private static void check(Message answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).isIn("one", "two");
    }
}
