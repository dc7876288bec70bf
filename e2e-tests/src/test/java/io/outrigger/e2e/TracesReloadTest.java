package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tracing that is switched on, off and elsewhere under load loses no request, and spans go where they are to go now. */
class TracesReloadTest {
    private static final int CLIENTS = 4;
    private static final String SAMPLED = "00-[0-9a-f]{32}-[0-9a-f]{16}-01";
    private static final String UNSAMPLED = "00-[0-9a-f]{32}-[0-9a-f]{16}-00";

    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private final AtomicInteger answered = new AtomicInteger();
    private ScriptedUpstream upstream;
    private Collector one;
    private Collector other;
    private Path file;
    private Program program;
    private int reloads;
    private volatile boolean over;

    @BeforeEach
    void start() throws Exception {
        upstream = ScriptedUpstream.answering(request -> {
            if (request.target().equals("/held")) {
                held.countDown();
                await(gate);
            }
            return ScriptedUpstream.ok(String.valueOf(request.field("traceparent")));
        });
        one = new Collector();
        other = new Collector();
        file = Program.file(yaml(""));
        program = Program.runFile(file);
    }

    @AfterEach
    void end() throws Exception {
        over = true;
        gate.countDown();
        program.close();
        upstream.close();
        one.close();
        other.close();
    }

    private String yaml(String tracing) {
        return """
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                %s
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                """.formatted(tracing, upstream.port());
    }

    private static String to(Collector collector, String sample) {
        return "tracing: {otlpEndpoint: \"http://127.0.0.1:" + collector.port() + "\", sample: " + sample + "}";
    }

    private void reload(String tracing) throws Exception {
        Files.writeString(file, yaml(tracing));
        program.awaitMetricAtLeast(++reloads, "outrigger_config_reloads_total", "result=\"success\"");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the upstream was told of the trace of a request that came without one. */
    private String asked() throws Exception {
        Message answer = program.ask("GET /asked HTTP/1.1", "host: a");
        assertThat(answer.status()).isEqualTo(200);
        return answer.text();
    }

    private static String traceId(String traceparent) {
        return traceparent.substring(3, 35);
    }

    private int load() throws Exception {
        int count = 0;
        try (Wire wire = Wire.to(program.port())) {
            for (; !over; count++) {
                assertThat(wire.head("GET /load HTTP/1.1", "host: a").response().status())
                        .isEqualTo(200);
                answered.incrementAndGet();
            }
        }
        return count;
    }

    private void underLoad() {
        int before = answered.get();
        while (answered.get() < before + 200) {
            Thread.onSpinWait();
        }
    }

    @Test
    void tracingIsSwitchedOnOffAndElsewhereUnderLoad() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(this::load));
            }
            underLoad();
            assertThat(asked()).as("off").matches(UNSAMPLED);

            reload(to(one, "100%"));
            underLoad();
            String on = asked();
            assertThat(on).as("on").matches(SAMPLED);
            assertThat(one.awaitSpans(traceId(on))).hasSize(2);

            reload(to(one, "0%"));
            underLoad();
            assertThat(asked()).as("another share").matches(UNSAMPLED);

            reload(to(one, "100%"));
            Future<Message> outlives = threads.submit(() -> program.ask("GET /held HTTP/1.1", "host: a"));
            held.await();
            reload(to(other, "100%"));
            underLoad();
            String elsewhere = asked();
            assertThat(other.awaitSpans(traceId(elsewhere))).hasSize(2);
            assertThat(one.spans(traceId(elsewhere))).isEmpty();
            gate.countDown();
            String began = outlives.get().text();
            assertThat(began).matches(SAMPLED);
            assertThat(other.awaitSpans(traceId(began)))
                    .as("of an exchange that began before")
                    .hasSize(2);

            reload("");
            underLoad();
            assertThat(asked()).as("off again").matches(UNSAMPLED);
            over = true;
            for (Future<Integer> client : clients) {
                assertThat(client.get()).isPositive();
            }
        }
        assertThat(program.series("http_requests_total", "status=\"200\"")).isGreaterThanOrEqualTo(answered.get());
        assertThat(program.series("http_requests_total"))
                .isEqualTo(program.series("http_requests_total", "status=\"200\""));
        assertThat(program.series("outrigger_trace_spans_total", "result=\"failed\""))
                .isZero();
        program.endsWell();
    }
}
