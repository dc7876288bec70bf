package io.outrigger.proxy.trace;

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
        attributes.put("url.scheme", of.secured() ? "https" : "http");
        attributes.put("http.response.status_code", (long) of.status());
        putIfAny(attributes, "url.path", of.path());
        putIfAny(attributes, "server.address", of.host());
        putIfAny(attributes, "outrigger.route", of.route());
        putIfAny(attributes, "outrigger.upstream", of.upstream());
        putIfAny(attributes, "outrigger.degraded", of.degraded());
        putIfAny(attributes, "outrigger.fault_by", of.faultBy());
        attributes.put("outrigger.request_id", of.identity().requestId());
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
        putIfAny(attributes, "outrigger.upstream", of.upstream());
        attributes.put("outrigger.outcome", attempt.outcome());
        if (attempt.status() != 0) {
            attributes.put("http.response.status_code", (long) attempt.status());
        }
        if (attempt.sending() > 1) {
            attributes.put("http.request.resend_count", (long) attempt.sending() - 1);
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
                Attributes.builder().put("outrigger.verdict", note.verdict()).put("outrigger.why", note.why());
        if (note.waitNanos() > 0) {
            attributes.put("outrigger.wait_ms", TimeUnit.NANOSECONDS.toMillis(note.waitNanos()));
        }
        return EventData.create(of.epochNanos(note.atNanos()), "outrigger." + note.by(), attributes.build());
    }

    /** The method, HTTP for one that is not known; names of spans are to be few. */
    private static String method(TracedExchange of, AttributesBuilder attributes) {
        boolean known = RequestMethod.of(of.method()) != RequestMethod.OTHER;
        attributes.put("http.request.method", known ? of.method() : "_OTHER");
        if (!known) {
            putIfAny(attributes, "http.request.method_original", of.method());
        }
        return known ? of.method() : "HTTP";
    }

    private static StatusData error(AttributesBuilder attributes, boolean wrong, int code, @Nullable Failure failure) {
        if (failure != null) {
            attributes.put("outrigger.cause", failure.kind().cause());
        }
        if (!wrong) {
            return StatusData.unset();
        }
        attributes.put(
                "error.type",
                failure == null ? Integer.toString(code) : failure.kind().cause());
        return failure == null
                ? StatusData.error()
                : StatusData.create(StatusData.error().getStatusCode(), failure.detail());
    }

    private static void address(AttributesBuilder attributes, String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        String port = endpoint.substring(colon + 1);
        if (colon <= 0 || endpoint.startsWith("unix:") || !port.matches("[0-9]{1,5}")) {
            attributes.put("server.address", endpoint);
            return;
        }
        attributes.put("server.address", endpoint.substring(0, colon)).put("server.port", Long.parseLong(port));
    }

    private static void putIfAny(AttributesBuilder attributes, String name, @Nullable String value) {
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
