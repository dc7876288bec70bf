package io.outrigger.proxy.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationLibraryInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Note;
import io.outrigger.filter.observe.RequestMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One span: of an exchange (SERVER) or of one of its attempts (CLIENT), with the names that OpenTelemetry's semantic
 * conventions for HTTP give. Immutable.
 */
record SpanOfExchange(
        String name,
        SpanKind kind,
        SpanContext spanContext,
        SpanContext parent,
        StatusData status,
        long start,
        long end,
        Attributes attributes,
        List<EventData> events,
        Resource resource)
        implements SpanData {
    // made once, as a key remembers how it is written
    private static final AttributeKey<String> URL_SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<Long> STATUS_CODE = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> URL_PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("outrigger.route");
    private static final AttributeKey<String> UPSTREAM = AttributeKey.stringKey("outrigger.upstream");
    private static final AttributeKey<String> DEGRADED = AttributeKey.stringKey("outrigger.degraded");
    private static final AttributeKey<String> FAULT_BY = AttributeKey.stringKey("outrigger.fault_by");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("outrigger.request_id");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outrigger.outcome");
    private static final AttributeKey<Long> RESEND_COUNT = AttributeKey.longKey("http.request.resend_count");
    private static final AttributeKey<String> VERDICT = AttributeKey.stringKey("outrigger.verdict");
    private static final AttributeKey<String> WHY = AttributeKey.stringKey("outrigger.why");
    private static final AttributeKey<Long> WAIT_MS = AttributeKey.longKey("outrigger.wait_ms");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> METHOD_ORIGINAL = AttributeKey.stringKey("http.request.method_original");
    private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("outrigger.cause");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");

    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("outrigger");
    private static final int FIRST_ERROR = 400; // to a client span; to a server span only 500 and above are
    private static final int FIRST_FAULT = 500;

    /** Adds the span of an exchange, then those of its attempts in order. */
    static void addTo(List<SpanData> all, TracedExchange exchange, Resource resource) {
        Identity names = exchange.identity();
        SpanContext server = context(names.traceId(), names.spanId());
        SpanContext client = names.parentSpanId().isEmpty()
                ? SpanContext.getInvalid()
                : SpanContext.createFromRemoteParent(
                        names.traceId(), names.parentSpanId(), TraceFlags.getSampled(), TraceState.getDefault());
        all.add(server(exchange, server, client, resource));
        for (TracedExchange.Sent attempt : exchange.attempts()) {
            all.add(client(exchange, attempt, server, resource));
        }
    }

    private static SpanData server(TracedExchange of, SpanContext own, SpanContext parent, Resource resource) {
        AttributesBuilder attributes = Attributes.builder();
        String method = method(of, attributes);
        attributes.put(URL_SCHEME, of.secured() ? "https" : "http");
        attributes.put(STATUS_CODE, (long) of.status());
        putIfAny(attributes, URL_PATH, of.path());
        putIfAny(attributes, SERVER_ADDRESS, of.host());
        putIfAny(attributes, ROUTE, of.route());
        putIfAny(attributes, UPSTREAM, of.upstream());
        putIfAny(attributes, DEGRADED, of.degraded());
        putIfAny(attributes, FAULT_BY, of.faultBy());
        attributes.put(REQUEST_ID, of.identity().requestId());
        Failure failure = of.failure();
        boolean wrong = of.status() >= FIRST_FAULT || failure != null && failure.blame() != Failure.Blame.CLIENT;
        StatusData status = error(attributes, wrong, of.status(), failure);
        List<EventData> events = new ArrayList<>();
        for (Note note : of.notes()) {
            events.add(event(of, note));
        }
        String name = of.route().isEmpty() ? method : method + " " + of.route();
        return new SpanOfExchange(
                name,
                SpanKind.SERVER,
                own,
                parent,
                status,
                of.epochNanos(of.startNanos()),
                of.epochNanos(of.endNanos()),
                attributes.build(),
                events,
                resource);
    }

    private static SpanData client(
            TracedExchange of, TracedExchange.Sent attempt, SpanContext parent, Resource resource) {
        AttributesBuilder attributes = Attributes.builder();
        String method = method(of, attributes);
        address(attributes, attempt.endpoint());
        putIfAny(attributes, UPSTREAM, of.upstream());
        attributes.put(OUTCOME, attempt.outcome().label());
        if (attempt.status() != 0) {
            attributes.put(STATUS_CODE, (long) attempt.status());
        }
        if (attempt.sending() > 1) {
            attributes.put(RESEND_COUNT, (long) attempt.sending() - 1);
        }
        Failure failure = attempt.failure();
        boolean wrong = attempt.status() >= FIRST_ERROR || failure != null;
        StatusData status = error(attributes, wrong, attempt.status(), failure);
        return new SpanOfExchange(
                method,
                SpanKind.CLIENT,
                context(parent.getTraceId(), of.identity().attemptSpanId(attempt.sending())),
                parent,
                status,
                of.epochNanos(attempt.startNanos()),
                of.epochNanos(attempt.endNanos()),
                attributes.build(),
                List.of(),
                resource);
    }

    private static EventData event(TracedExchange of, Note note) {
        AttributesBuilder attributes =
                Attributes.builder().put(VERDICT, note.verdict()).put(WHY, note.why());
        if (note.waitNanos() > 0) {
            attributes.put(WAIT_MS, TimeUnit.NANOSECONDS.toMillis(note.waitNanos()));
        }
        return EventData.create(of.epochNanos(note.atNanos()), "outrigger." + note.by(), attributes.build());
    }

    /** The method, HTTP for one that is not known; names of spans are to be few. */
    private static String method(TracedExchange of, AttributesBuilder attributes) {
        boolean known = RequestMethod.of(of.method()) != RequestMethod.OTHER;
        attributes.put(METHOD, known ? of.method() : "_OTHER");
        if (!known) {
            putIfAny(attributes, METHOD_ORIGINAL, of.method());
        }
        return known ? of.method() : "HTTP";
    }

    private static StatusData error(AttributesBuilder attributes, boolean wrong, int code, @Nullable Failure failure) {
        if (failure != null) {
            attributes.put(CAUSE, failure.kind().cause());
        }
        if (!wrong) {
            return StatusData.unset();
        }
        attributes.put(
                ERROR_TYPE,
                failure == null ? Integer.toString(code) : failure.kind().cause());
        return failure == null
                ? StatusData.error()
                : StatusData.create(StatusData.error().getStatusCode(), failure.detail());
    }

    private static void address(AttributesBuilder attributes, String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        String port = endpoint.substring(colon + 1);
        if (colon <= 0 || endpoint.startsWith("unix:") || !isPort(port)) {
            attributes.put(SERVER_ADDRESS, endpoint);
            return;
        }
        attributes.put(SERVER_ADDRESS, endpoint.substring(0, colon)).put(SERVER_PORT, Long.parseLong(port));
    }

    private static boolean isPort(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 5;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits;
    }

    private static void putIfAny(AttributesBuilder attributes, AttributeKey<String> name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            attributes.put(name, value);
        }
    }

    private static SpanContext context(String traceId, String spanId) {
        return SpanContext.create(traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public SpanKind getKind() {
        return kind;
    }

    @Override
    public SpanContext getSpanContext() {
        return spanContext;
    }

    @Override
    public SpanContext getParentSpanContext() {
        return parent;
    }

    @Override
    public StatusData getStatus() {
        return status;
    }

    @Override
    public long getStartEpochNanos() {
        return start;
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public List<EventData> getEvents() {
        return events;
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public long getEndEpochNanos() {
        return end;
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return events.size();
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    @Override
    @Deprecated
    public InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return InstrumentationLibraryInfo.create(SCOPE.getName(), null);
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
