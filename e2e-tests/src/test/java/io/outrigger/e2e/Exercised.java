package io.outrigger.e2e;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A program with every filter in its file, and traffic that makes each of them act, until it ends. Shared by all threads. */
final class Exercised implements AutoCloseable {
    private static final List<String> ROUTES = List.of(
            "retried",
            "poor",
            "broken",
            "hedged",
            "packed",
            "pooled",
            "keyed",
            "unstored",
            "limited",
            "shared",
            "tenant",
            "adaptive",
            "degraded",
            "cut",
            "ejected",
            "unknown");

    private final AtomicInteger turns = new AtomicInteger();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ScriptedUpstream upstream;
    private final Path file;
    private final Program program;
    private final Wire onlyClient; // of the listener narrow
    private final List<Thread> traffic = new ArrayList<>();
    private volatile boolean hangs; // the route outage

    Exercised() throws Exception {
        upstream = new ScriptedUpstream(this::serve);
        int dead = deadPort();
        X509Bundle own = new Authority("authority").issue("localhost");
        file = Program.file("""
                service: shop
                listeners:
                  - {name: outbound, address: "127.0.0.1:0"}
                  - {name: secure, address: "127.0.0.1:0", tls: {certFile: "%3$s", keyFile: "%4$s"}}
                  - {name: narrow, address: "127.0.0.1:0", upstream: app, limits: {connections: 1}}
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: off}
                stores: {away: {redis: {uri: "redis://127.0.0.1:%2$d"}}}
                upstreams:
                  app: {endpoints: ["localhost:%1$d"]}
                  tight: {endpoints: ["127.0.0.1:%1$d"], pool: {maxConnections: 1, maxPending: 0}}
                  gone: {endpoints: ["127.0.0.1:%2$d"]}
                  half:
                    endpoints: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"]
                    balance: roundRobin
                    panicThreshold: 60%%
                    outlierDetection: {consecutiveFailures: 1, baseEjection: 1h, maxEjection: 1h}
                defaults: {retry: off}
                routes:
                  - {name: outage, match: {hosts: [outage]}, upstream: app, timeout: {request: 1100ms}}
                  - {name: retried, match: {hosts: [retried]}, upstream: app, retry: {attempts: 2, on: [503], backoff: {base: 1ms}, budget: {ratio: 100%%}}}
                  - {name: poor, match: {hosts: [poor]}, upstream: app, retry: {on: [503], budget: {ratio: 0%%, minPerSecond: 0}}}
                  - {name: broken, match: {hosts: [broken]}, upstream: app, circuitBreaker: {consecutiveFailures: 1, openFor: 1h, maxOpenFor: 1h}}
                  - {name: hedged, match: {hosts: [hedged]}, upstream: app, hedge: {after: 1ms}, retry: {budget: off}}
                  - {name: packed, match: {hosts: [packed]}, upstream: app, bulkhead: {maxConnections: 1, maxPending: 0}}
                  - {name: pooled, match: {hosts: [pooled]}, upstream: tight}
                  - {name: keyed, match: {hosts: [keyed]}, upstream: app, idempotency: {}}
                  - {name: unstored, match: {hosts: [unstored]}, upstream: app, idempotency: {store: away}}
                  - {name: limited, match: {hosts: [limited]}, upstream: app, rateLimit: {requestsPerSecond: 1, burst: 1}}
                  - {name: shared, match: {hosts: [shared]}, upstream: app, rateLimit: {requestsPerSecond: 100, burst: 100, store: away}}
                  - {name: adaptive, match: {hosts: [adaptive]}, upstream: app, concurrency: {min: 1, max: 1}, priority: {header: x-priority}}
                  - {name: degraded, match: {hosts: [degraded]}, upstream: gone, fallback: {on: [failure], rungs: [{respond: {status: 200, body: ok}}]}, slo: {availability: 99%%}}
                  - {name: cut, match: {hosts: [cut]}, upstream: app}
                  - {name: ejected, match: {hosts: [ejected]}, upstream: half}
                """.formatted(
                upstream.port(), dead, Program.file(own.getCertificatePEM()), Program.file(own.getPrivateKeyPEM())));
        program = Program.runFile(file);
        onlyClient = Wire.to(program.port("narrow"));
        for (String route : List.of("packed", "pooled", "adaptive")) {
            traffic.add(Thread.ofVirtual().start(() -> hold(route)));
        }
        traffic.add(Thread.ofVirtual().start(() -> repeat(this::turn)));
        for (int i = 0; i < 4; i++) {
            traffic.add(Thread.ofVirtual().start(() -> repeat(() -> ask("outage"))));
        }
    }

    Program program() {
        return program;
    }

    Path file() {
        return file;
    }

    /** The upstream of the route outage answers nothing from now on, or does again. */
    void outage(boolean its) {
        hangs = its;
    }

    private void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            String host = String.valueOf(request.field("host"));
            int turn = asked.computeIfAbsent(host, _ -> new AtomicInteger()).incrementAndGet();
            switch (host) {
                case "outage" -> {
                    if (hangs) {
                        wire.endsWithoutAnotherByte();
                        return;
                    }
                    wire.send(ScriptedUpstream.ok(host));
                }
                case "packed", "pooled", "adaptive" -> {
                    if (request.target().equals("/held")) {
                        end.await();
                    }
                    wire.send(ScriptedUpstream.ok(host));
                }
                case "retried" -> // every third request comes to nothing
                    wire.send(ScriptedUpstream.response(turn % 3 == 0 ? "200 OK" : "503 Busy", host));
                case "poor", "broken" -> wire.send(ScriptedUpstream.response("503 Busy", host));
                case "cut" -> {
                    wire.send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut");
                    return;
                }
                default -> wire.send(ScriptedUpstream.ok(host));
            }
        }
    }

    private void repeat(Runnable turn) {
        try {
            do {
                turn.run();
            } while (!end.await(50, TimeUnit.MILLISECONDS)); // leave some of the machine to the others
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn() {
        ROUTES.forEach(this::ask);
        try {
            ask(program.port("narrow"), "one too many", "/");
            ask(program.port("secure"), "no TLS", "/");
        } catch (Exception e) {
            // which is what it should do
        }
    }

    private void ask(String host) {
        try {
            ask(program.port(), host, "/");
        } catch (Exception e) {
            // the proxy has broken the response off, or ends
        }
    }

    /** Takes what there is of slots or connections, and keeps it. */
    private void hold(String host) {
        try {
            ask(program.port(), host, "/held");
        } catch (Exception e) {
            // the proxy ends
        }
    }

    private void ask(int port, String host, String path) throws IOException {
        String method = host.equals("keyed") || host.equals("unstored") ? "POST" : "GET";
        String key = "idempotency-key: " + turns.incrementAndGet() / 40;
        Program.ask(port, method + " " + path + " HTTP/1.1", "host: " + host, "content-length: 0", key);
    }

    private static int deadPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        end.countDown();
        for (Thread thread : traffic) {
            thread.join();
        }
        onlyClient.close();
        upstream.close();
        program.endsWell();
    }
}
