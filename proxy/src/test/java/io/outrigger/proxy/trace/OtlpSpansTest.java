package io.outrigger.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Note;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spans as those read them who have the schema of OTLP. */
class OtlpSpansTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT = "00f067aa0ba902b7";
    private static final long END_MILLIS = 1_800_000_000_000L;

    private final Identity identity =
            Identity.of(1, 2, "id-1", "00-" + TRACE + "-" + CLIENT + "-01").sampled(true);

    private TracedExchange exchange(
            Identity names,
            String method,
            String path,
            @Nullable Failure failure,
            List<TracedExchange.Sent> attempts,
            List<Note> notes) {
        return new TracedExchange(
                names,
                "pay",
                "app",
                "",
                "test",
                method,
                false,
                path,
                "shop",
                200,
                failure,
                attempts,
                notes,
                1_000,
                9_000,
                END_MILLIS);
    }

    private static TracedExchange.Sent sent(int sending, String endpoint, int status, @Nullable Failure failure) {
        return new TracedExchange.Sent(sending, endpoint, 2_000, 8_000, status, "answered", failure);
    }

    private static ResourceSpans read(List<TracedExchange> exchanges) throws InvalidProtocolBufferException {
        Protobuf written = OtlpSpans.of("shöp", exchanges);
        var request = ExportTraceServiceRequest.parseFrom(
                ByteString.copyFrom(written.bytes(), 0, written.length()).toByteArray());
        assertThat(request.getUnknownFields().asMap()).isEmpty();
        assertThat(request.getSerializedSize()).as("as short as can be").isEqualTo(written.length());
        return request.getResourceSpansList().getFirst();
    }

    private static List<Span> spans(TracedExchange exchange) throws InvalidProtocolBufferException {
        return read(List.of(exchange)).getScopeSpans(0).getSpansList();
    }

    private static Map<String, Object> attributes(List<KeyValue> all) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (KeyValue one : all) {
            map.put(
                    one.getKey(),
                    one.getValue().hasIntValue()
                            ? one.getValue().getIntValue()
                            : one.getValue().getStringValue());
        }
        return map;
    }

    private static Map<String, Object> attributes(Span span) {
        return attributes(span.getAttributesList());
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Test
    void aWholeExchange() throws Exception {
        Failure timeout = Failure.of(Kind.ATTEMPT_TIMEOUT, "no head within 1s");
        Note note = new Note(3_000, "retry", "again", "503", 25_000_000);
        List<Span> spans = spans(exchange(
                identity,
                "POST",
                "/a/ü",
                null,
                List.of(sent(1, "10.0.0.1:80", 0, timeout), sent(2, "[::1]:8080", 201, null)),
                List.of(note)));
        assertThat(spans).hasSize(3);
        Span server = spans.getFirst();
        assertThat(hex(server.getTraceId())).isEqualTo(TRACE);
        assertThat(hex(server.getSpanId())).isEqualTo(identity.spanId());
        assertThat(hex(server.getParentSpanId())).isEqualTo(CLIENT);
        assertThat(server.getName()).isEqualTo("POST pay");
        assertThat(server.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(server.getEndTimeUnixNano()).isEqualTo(END_MILLIS * 1_000_000);
        assertThat(server.getStartTimeUnixNano()).isEqualTo(END_MILLIS * 1_000_000 - 8_000);
        assertThat(server.getFlags()).isEqualTo(0x301);
        assertThat(server.getStatus()).isEqualTo(Status.getDefaultInstance());
        assertThat(attributes(server))
                .isEqualTo(Map.of(
                        "http.request.method", "POST",
                        "url.scheme", "http",
                        "http.response.status_code", 200L,
                        "url.path", "/a/ü",
                        "server.address", "shop",
                        "outrigger.route", "pay",
                        "outrigger.upstream", "app",
                        "outrigger.fault_by", "test",
                        "outrigger.request_id", "id-1"));
        Span.Event event = server.getEvents(0);
        assertThat(event.getName()).isEqualTo("outrigger.retry");
        assertThat(event.getTimeUnixNano()).isEqualTo(END_MILLIS * 1_000_000 - 6_000);
        assertThat(attributes(event.getAttributesList()))
                .isEqualTo(Map.of("outrigger.verdict", "again", "outrigger.why", "503", "outrigger.wait_ms", 25L));

        Span first = spans.get(1);
        assertThat(first.getParentSpanId()).isEqualTo(server.getSpanId());
        assertThat(hex(first.getSpanId())).isEqualTo(identity.attemptSpanId(1));
        assertThat(first.getName()).isEqualTo("POST");
        assertThat(first.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(first.getFlags()).isEqualTo(0x101);
        assertThat(first.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(first.getStatus().getMessage()).isEqualTo("no head within 1s");
        assertThat(attributes(first))
                .containsEntry("error.type", "attempt_timeout")
                .containsEntry("outrigger.cause", "attempt_timeout")
                .containsEntry("server.address", "10.0.0.1")
                .containsEntry("server.port", 80L)
                .doesNotContainKeys("http.request.resend_count", "http.response.status_code");
        assertThat(attributes(spans.get(2)))
                .containsEntry("server.address", "[::1]")
                .containsEntry("server.port", 8080L)
                .containsEntry("http.request.resend_count", 1L)
                .containsEntry("http.response.status_code", 201L)
                .containsEntry("outrigger.outcome", "answered");
    }

    @Test
    void whoSendsThem() throws Exception {
        ResourceSpans all = read(List.of(exchange(identity, "GET", "/", null, List.of(), List.of())));
        Resource resource = all.getResource();
        assertThat(attributes(resource.getAttributesList())).isEqualTo(Map.of("service.name", "shöp"));
        assertThat(all.getScopeSpans(0).getScope().getName()).isEqualTo("outrigger");
    }

    @Test
    void anUnknownMethodIsAnAttributeAndNoName() throws Exception {
        Identity own = Identity.of(1, 2, null, null).sampled(true);
        Span span =
                spans(exchange(own, "BREW", "/", null, List.of(), List.of())).getFirst();
        assertThat(span.getName()).isEqualTo("HTTP pay");
        assertThat(span.getParentSpanId()).isEqualTo(ByteString.EMPTY);
        assertThat(span.getFlags()).isEqualTo(0x101);
        assertThat(attributes(span))
                .containsEntry("http.request.method", "_OTHER")
                .containsEntry("http.request.method_original", "BREW");
    }

    /** What is the client's fault is no error of the server's. */
    @ParameterizedTest
    @CsvSource({"CLIENT_GONE,false", "DEADLINE,true"})
    void aFailureIsAnErrorUnlessItIsTheClients(Kind kind, boolean wrong) throws Exception {
        Failure failure = Failure.of(kind, "why");
        Span span = spans(exchange(identity, "GET", "/", failure, List.of(), List.of()))
                .getFirst();
        assertThat(span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR)
                .isEqualTo(wrong);
        assertThat(attributes(span)).containsEntry("outrigger.cause", kind.cause());
    }

    @ParameterizedTest
    @CsvSource({"unix:/run/app.sock,unix:/run/app.sock,0", "app:99999999,app:99999999,0", "app:,app:,0", "app:80,app,80"
    })
    void anEndpointThatHasNoPortIsAllAddress(String endpoint, String address, long port) throws Exception {
        Span span = spans(exchange(identity, "GET", "/", null, List.of(sent(1, endpoint, 200, null)), List.of()))
                .get(1);
        assertThat(attributes(span)).containsEntry("server.address", address);
        assertThat(attributes(span).getOrDefault("server.port", 0L)).isEqualTo(port);
    }

    /** Lengths of one to four bytes, where they stand in front of what is written already. */
    @Test
    void messagesOfAllLengths() throws Exception {
        List<TracedExchange> exchanges = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (int length : new int[] {
            0, 1, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 127, 128, 511, 16_000, 16_383, 16_384, 2_100_000
        }) {
            String path = "/" + "x".repeat(length);
            paths.add(path);
            exchanges.add(exchange(identity, "GET", path, null, List.of(), List.of()));
        }
        assertThat(read(exchanges).getScopeSpans(0).getSpansList())
                .extracting(span -> attributes(span).get("url.path"))
                .isEqualTo(paths);
    }
}
