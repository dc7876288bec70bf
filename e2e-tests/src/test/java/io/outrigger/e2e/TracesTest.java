package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans tell a collector of sampled exchanges, and nothing of the others. Each test has a trace of its own. */
class TracesTest {
    private static final String PARENT = "00f067aa0ba902b7";
    private static final AtomicInteger traces = new AtomicInteger();
    private static final Map<String, List<Message>> received = new ConcurrentHashMap<>(); // by target
    private static final CountDownLatch hedged = new CountDownLatch(1);
    private static Collector collector;
    private static ScriptedUpstream upstream;
    private static Program program;
    private static Authority authority;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        collector = new Collector();
        authority = new Authority("authority");
        X509Bundle own = authority.issue("proxy.test");
        Files.writeString(folder.resolve("tls.crt"), own.getCertificatePathPEM());
        Files.writeString(folder.resolve("tls.key"), own.getPrivateKeyPEM());
        upstream = ScriptedUpstream.answering(TracesTest::answer);
        program = Program.run(yaml("http://127.0.0.1:" + collector.port(), "0%"));
    }

    private static String yaml(String endpoint, String sample) {
        return """
                service: shop
                listeners:
                  - {name: outbound, address: "127.0.0.1:0"}
                  - {name: secure, address: "127.0.0.1:0", tls: {certFile: "%4$s/tls.crt", keyFile: "%4$s/tls.key"}}
                admin: {address: "127.0.0.1:0"}
                tracing: {otlpEndpoint: "%1$s", sample: %2$s}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams: {app: {endpoints: ["127.0.0.1:%3$d"]}}
                routes:
                  - {name: again, match: {hosts: [again]}, upstream: app, retry: {attempts: 3, on: [503], backoff: {base: 1ms}, budget: off}}
                  - {name: poor, match: {hosts: [poor]}, upstream: app, retry: {on: [503], budget: {ratio: 0%%, minPerSecond: 0}}}
                  - {name: circuit, match: {hosts: [circuit]}, upstream: app, circuitBreaker: {consecutiveFailures: 1, openFor: 60s}}
                  - {name: hedged, match: {hosts: [hedged]}, upstream: app, hedge: {after: 1ms}, retry: {budget: off}}
                  - {name: keyed, match: {hosts: [keyed]}, upstream: app, idempotency: {}}
                  - {name: ladder, match: {hosts: [ladder]}, upstream: app, fallback: {on: [500-599], rungs: [{respond: {status: 200, body: "later"}}]}}
                  - {name: faulty, match: {hosts: [faulty]}, upstream: app, retry: off, fault: {percentage: 100%%, force: true, fault: [{abort: 503}]}}
                  - {name: rest, match: {}, upstream: app}
                """.formatted(endpoint, sample, upstream.port(), folder);
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
        collector.close();
    }

    private static String answer(Message request) {
        List<Message> same = received.computeIfAbsent(request.target(), _ -> new CopyOnWriteArrayList<>());
        same.add(request);
        if (request.target().equals("/slow")) {
            firstWaitsForSecond(same.size());
        }
        boolean busy = request.target().startsWith("/busy") || request.target().startsWith("/twice") && same.size() < 3;
        return busy ? ScriptedUpstream.response("503 Service Unavailable", "busy") : ScriptedUpstream.ok("fine");
    }

    private static void firstWaitsForSecond(int number) {
        if (number > 1) {
            hedged.countDown();
            return;
        }
        try {
            hedged.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String trace() {
        return "4bf92f3577b34da6a3ce929d0e0e%04x".formatted(traces.incrementAndGet());
    }

    private static Message ask(String host, String path, String trace, String flags, String... more) throws Exception {
        String[] lines = new String[4 + more.length];
        lines[0] = (more.length == 0 ? "GET " : "POST ") + path + " HTTP/1.1";
        lines[1] = "host: " + host;
        lines[2] = "traceparent: 00-" + trace + "-" + PARENT + "-" + flags;
        lines[3] = "tracestate: vendor=1";
        System.arraycopy(more, 0, lines, 4, more.length);
        return program.ask(lines);
    }

    private static String attribute(List<KeyValue> all, String name) {
        return all.stream()
                .filter(one -> one.getKey().equals(name))
                .map(one -> one.getValue().hasIntValue()
                        ? "" + one.getValue().getIntValue()
                        : one.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }

    private static String attribute(Span span, String name) {
        return attribute(span.getAttributesList(), name);
    }

    /** The decisions on the way, each as who decided and what. */
    private static List<String> events(Span span) {
        return span.getEventsList().stream()
                .map(event -> event.getName() + " " + attribute(event.getAttributesList(), "outrigger.verdict"))
                .toList();
    }

    @Test
    void aFaultIsMarkedOnTheSpan() throws Exception {
        String trace = trace();
        assertThat(ask("faulty", "/", trace, "01").status()).isEqualTo(503);
        List<Span> spans = collector.awaitSpans(trace);
        Span server = spans.getFirst();
        assertThat(attribute(server, "outrigger.fault_by")).isEqualTo("(file)");
        assertThat(events(server)).containsExactly("outrigger.fault abort");
        assertThat(spans).hasSize(2);
        assertThat(attribute(spans.get(1), "server.address")).isEqualTo("(fault)");
    }

    @Test
    void anExchangeIsAServerSpanAndEachAttemptAClientSpanUnderIt() throws Exception {
        String trace = trace();
        assertThat(ask("again", "/twice?card=4111", trace, "01").status()).isEqualTo(200);

        List<Span> spans = collector.awaitSpans(trace);
        Span server = spans.getFirst();
        assertThat(spans).hasSize(4);
        assertThat(server.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(Collector.hex(server.getParentSpanId())).isEqualTo(PARENT);
        assertThat(server.getName()).isEqualTo("GET again");
        assertThat(attribute(server, "http.request.method")).isEqualTo("GET");
        assertThat(attribute(server, "http.response.status_code")).isEqualTo("200");
        assertThat(attribute(server, "url.path")).isEqualTo("/twice");
        assertThat(attribute(server, "url.scheme")).isEqualTo("http");
        assertThat(server.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(events(server)).containsExactly("outrigger.retry again", "outrigger.retry again");

        List<Span> attempts = spans.subList(1, 4);
        assertThat(attempts).allSatisfy(attempt -> {
            assertThat(attempt.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
            assertThat(attempt.getParentSpanId()).isEqualTo(server.getSpanId());
            assertThat(attempt.getStartTimeUnixNano()).isGreaterThanOrEqualTo(server.getStartTimeUnixNano());
            assertThat(attempt.getEndTimeUnixNano())
                    .isBetween(attempt.getStartTimeUnixNano(), server.getEndTimeUnixNano());
            assertThat(attribute(attempt, "server.port")).isEqualTo("" + upstream.port());
        });
        assertThat(attempts)
                .extracting(attempt -> attribute(attempt, "http.request.resend_count"))
                .containsExactly("", "1", "2");
        assertThat(attempts)
                .extracting(attempt -> attribute(attempt, "http.response.status_code"))
                .containsExactly("503", "503", "200");
        assertThat(received.get("/twice?card=4111"))
                .as("each attempt tells the upstream of its own span")
                .extracting(request -> request.all("traceparent"))
                .isEqualTo(attempts.stream()
                        .map(attempt -> List.of("00-" + trace + "-" + Collector.hex(attempt.getSpanId()) + "-01"))
                        .toList());
        assertThat(received.get("/twice?card=4111"))
                .allSatisfy(request -> assertThat(request.all("tracestate")).containsExactly("vendor=1"));
        assertThat(collector.received().toString()).doesNotContain("4111");
        assertThat(attribute(collector.received().getFirst().getResource().getAttributesList(), "service.name"))
                .isEqualTo("shop");
    }

    @Test
    void eachDecisionIsAnEvent() throws Exception {
        String denied = trace();
        ask("poor", "/busy/poor", denied, "01");
        Span server = collector.awaitSpans(denied).getFirst();
        assertThat(events(server)).containsExactly("outrigger.retry denied");
        assertThat(server.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);

        ask("circuit", "/busy/circuit", trace(), "01");
        String refused = trace();
        ask("circuit", "/busy/circuit", refused, "01");
        assertThat(collector.awaitSpans(refused)).hasSize(1);
        assertThat(events(collector.awaitSpans(refused).getFirst()))
                .containsExactly("outrigger.circuitBreaker refused", "outrigger.retry denied");

        String degraded = trace();
        ask("ladder", "/busy/ladder", degraded, "01");
        assertThat(events(collector.awaitSpans(degraded).getFirst())).containsExactly("outrigger.fallback static");

        ask("keyed", "/keyed", trace(), "01", "idempotency-key: 1", "content-length: 0");
        String replayed = trace();
        ask("keyed", "/keyed", replayed, "01", "idempotency-key: 1", "content-length: 0");
        assertThat(collector.awaitSpans(replayed)).hasSize(1);
        assertThat(events(collector.awaitSpans(replayed).getFirst())).containsExactly("outrigger.idempotency replayed");
    }

    @Test
    void aHedgeIsASpanBesideTheOneThatTookLong() throws Exception {
        String trace = trace();
        ask("hedged", "/slow", trace, "01");
        List<Span> spans = collector.awaitSpans(trace);
        assertThat(events(spans.getFirst())).startsWith("outrigger.hedge begun");
        assertThat(spans.subList(1, spans.size()))
                .extracting(span -> attribute(span, "http.request.resend_count"))
                .containsExactly("", "1");
    }

    @Test
    void whatTheClientDoesNotRecordPassesUnchangedAndLeavesNoSpan() throws Exception {
        String unrecorded = trace();
        String recorded = trace();
        ask("rest", "/unrecorded", unrecorded, "00");
        ask("rest", "/recorded", recorded, "01");

        collector.awaitSpans(recorded); // and what came before it has been sent, too
        assertThat(collector.spans(unrecorded)).isEmpty();
        assertThat(received.get("/unrecorded").getFirst().all("traceparent"))
                .containsExactly("00-" + unrecorded + "-" + PARENT + "-00");
    }

    @Test
    void aMalformedContextBeginsATraceThatChanceDecides() throws Exception {
        program.ask("GET /malformed HTTP/1.1", "host: rest", "traceparent: 00-xyz-01", "tracestate: a=1");
        Message seen = received.get("/malformed").getFirst();
        assertThat(seen.field("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
        assertThat(seen.field("tracestate")).isNull();
    }

    @Test
    void linesAndExemplarsOfASampledExchangeNameItsSpan() throws Exception {
        String trace = trace();
        String parent = "traceparent: 00-" + trace + "-" + PARENT + "-01";
        // of a method that no other test uses, as the exemplar of another one would last for a second
        program.ask("PUT /named HTTP/1.1", "host: rest", parent, "x-request-id: named", "content-length: 0");
        String span = Collector.hex(collector.awaitSpans(trace).getFirst().getSpanId());

        assertThat(program.awaitAccess("named").path("trace_id").asText()).isEqualTo(trace);
        assertThat(program.awaitAccess("named").path("span_id").asText()).isEqualTo(span);
        Message metrics = Program.ask(
                program.adminPort(),
                "GET /metrics HTTP/1.1",
                "host: localhost",
                "accept: application/openmetrics-text",
                "connection: close");
        assertThat(metrics.text().lines())
                .anyMatch(line -> line.startsWith("http_request_duration_seconds_bucket{")
                        && line.contains("# {span_id=\"" + span + "\",trace_id=\"" + trace + "\"}"));
    }

    @Test
    void theSchemeIsThatOfTheListener() throws Exception {
        String trace = trace();
        try (Wire wire = Wire.to(program.port("secure"), authority.context(null))) {
            wire.head("GET /secure HTTP/1.1", "host: rest", "traceparent: 00-" + trace + "-" + PARENT + "-01");
            assertThat(wire.response().status()).isEqualTo(200);
        }
        assertThat(attribute(collector.awaitSpans(trace).getFirst(), "url.scheme"))
                .isEqualTo("https");
    }

    /** Those of the system are trusted, of which a test's authority is none. */
    @Test
    void aCollectorThatIsNotTrustedIsToldNothing() throws Exception {
        AtomicInteger told = new AtomicInteger();
        try (ScriptedUpstream deceiver =
                ScriptedUpstream.secured(authority.context(authority.issue("localhost")), false, wire -> {
                    if (wire.request() != null) {
                        told.incrementAndGet();
                    }
                })) {
            Program wary = Program.run(yaml("https://localhost:" + deceiver.port(), "100%"));
            assertThat(wary.ask("GET /wary HTTP/1.1", "host: rest").status()).isEqualTo(200);
            wary.awaitMetricAtLeast(2, "outrigger_trace_spans_total", "result=\"failed\"");
            assertThat(wary.awaitMessage("traces: the collector at localhost:" + deceiver.port())
                            .path("message")
                            .asText())
                    .contains("does not take spans, which are dropped and counted")
                    .contains("its certificate leads to an authority that is not trusted");
            assertThat(told).hasValue(0);
            wary.endsWell();
        }
    }

    @Test
    void aDeadCollectorChangesNothingForTrafficAndIsCounted() throws Exception {
        ServerSocket hangs = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); // takes bytes, never answers
        ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        nobody.close();
        for (ServerSocket collectors : List.of(hangs, nobody)) {
            Program blind = Program.run(yaml("http://127.0.0.1:" + collectors.getLocalPort(), "100%"));
            try (Wire wire = Wire.to(blind.port())) {
                for (int i = 0; i < 200; i++) {
                    assertThat(wire.head("GET /blind HTTP/1.1", "host: rest")
                                    .response()
                                    .status())
                            .isEqualTo(200);
                }
            }
            blind.awaitMetricAtLeast(200, "outrigger_trace_spans_total", "result=\"failed\"");
            assertThat(blind.series("outrigger_trace_spans_total", "result=\"exported\""))
                    .isZero();
            blind.endsWell();
        }
        hangs.close();
    }

    /** As many as the queue has room for, with heads that are larger together than all the memory that there is. */
    @Test
    void exchangesThatWaitForACollectorHoldNoHeads() throws Exception {
        String cookie = "cookie: " + "x".repeat(24_000);
        try (ServerSocket hangs = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ScriptedUpstream silent =
                        ScriptedUpstream.answering(_ -> "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")) {
            Program blind = Program.run("""
                    listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                    admin: {address: "127.0.0.1:0"}
                    tracing: {otlpEndpoint: "http://127.0.0.1:%d", sample: 100%%}
                    drain: {quiet: 1ms}
                    upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                    """.formatted(hangs.getLocalPort(), silent.port()));
            try (Wire wire = Wire.to(blind.port())) {
                for (int i = 0; i < 2_600; i++) {
                    assertThat(wire.head("GET / HTTP/1.1", "host: a", cookie)
                                    .response()
                                    .status())
                            .isEqualTo(200);
                }
            }
            blind.endsWell();
        }
    }

    @Test
    void withoutTracingNotAClassOfOpenTelemetryIsLoaded() throws Exception {
        Program plain = Program.runWith("-Xlog:class+load:file=" + loaded(), """
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                """.formatted(upstream.port()));
        assertThat(plain.ask("GET /plain HTTP/1.1", "host: a").status()).isEqualTo(200);
        plain.endsWell();
        assertThat(Files.readString(loaded()))
                .contains("io.outrigger.proxy.Proxy")
                .doesNotContain("io.opentelemetry");
    }

    private static Path loaded() throws IOException {
        return Path.of(System.getProperty("java.io.tmpdir"), "outrigger-" + upstream.port() + ".classes");
    }
}
