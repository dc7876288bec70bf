package io.outrigger.proxy.trace;

import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Note;
import io.outrigger.filter.observe.RequestMethod;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes exchanges as spans, a SERVER span for each and a CLIENT span for each of its attempts, with the names of
 * OpenTelemetry's semantic conventions for HTTP. The numbers are those of OTLP 1 (opentelemetry-proto, trace.proto and
 * common.proto), which never change; tests read what is written by the classes that are generated from these files.
 * Confined to one loop.
 */
final class OtlpSpans {
    private static final int SERVER = 2; // kinds of spans
    private static final int CLIENT = 3;
    private static final int STATUS_ERROR = 2;
    private static final int SAMPLED = 0x101; // flags: and it is known whether the parent is remote
    private static final int SAMPLED_BELOW_REMOTE = 0x301;
    private static final int SPAN_ATTRIBUTES = 9; // fields of lists of attributes
    private static final int EVENT_ATTRIBUTES = 3;
    private static final int FIRST_ERROR = 400; // to a client span; to a server span only 500 and above are
    private static final int FIRST_FAULT = 500;

    private final Protobuf out = new Protobuf();

    private OtlpSpans() {}

    /** The body of a request to a collector, an ExportTraceServiceRequest. */
    static Protobuf of(String service, List<TracedExchange> exchanges) {
        OtlpSpans spans = new OtlpSpans();
        Protobuf out = spans.out;
        int resourceSpans = out.begin(1);
        int resource = out.begin(1);
        spans.attribute(1, "service.name", service);
        out.end(resource);
        int scopeSpans = out.begin(2);
        int scope = out.begin(1);
        out.string(1, "outrigger");
        out.end(scope);
        for (TracedExchange exchange : exchanges) {
            spans.exchange(exchange);
        }
        out.end(scopeSpans);
        out.end(resourceSpans);
        return out;
    }

    private void exchange(TracedExchange exchange) {
        Identity names = exchange.identity();
        String trace = names.traceId();
        String own = names.spanId();
        server(exchange, trace, own);
        for (TracedExchange.Sent attempt : exchange.attempts()) {
            client(exchange, attempt, trace, own);
        }
    }

    private void server(TracedExchange of, String trace, String own) {
        boolean known = isKnown(of.method());
        String method = known ? of.method() : "HTTP"; // names of spans are to be few
        String parent = of.identity().parentSpanId();
        String name = of.route().isEmpty() ? method : method + " " + of.route();
        int span =
                begin(trace, own, parent, name, SERVER, of.epochNanos(of.startNanos()), of.epochNanos(of.endNanos()));
        attribute(SPAN_ATTRIBUTES, "http.request.method", known ? of.method() : "_OTHER");
        if (!known) {
            attribute(SPAN_ATTRIBUTES, "http.request.method_original", of.method());
        }
        attribute(SPAN_ATTRIBUTES, "url.scheme", of.secured() ? "https" : "http");
        attribute(SPAN_ATTRIBUTES, "http.response.status_code", of.status());
        attribute(SPAN_ATTRIBUTES, "url.path", of.path());
        attribute(SPAN_ATTRIBUTES, "server.address", of.host());
        attribute(SPAN_ATTRIBUTES, "outrigger.route", of.route());
        attribute(SPAN_ATTRIBUTES, "outrigger.upstream", of.upstream());
        attribute(SPAN_ATTRIBUTES, "outrigger.degraded", of.degraded());
        attribute(SPAN_ATTRIBUTES, "outrigger.fault_by", of.faultBy());
        attribute(SPAN_ATTRIBUTES, "outrigger.request_id", of.identity().requestId());
        for (Note note : of.notes()) {
            event(of, note);
        }
        Failure failure = of.failure();
        boolean wrong = of.status() >= FIRST_FAULT || failure != null && failure.blame() != Failure.Blame.CLIENT;
        end(span, wrong, of.status(), failure, parent.isEmpty() ? SAMPLED : SAMPLED_BELOW_REMOTE);
    }

    private void client(TracedExchange of, TracedExchange.Sent attempt, String trace, String parent) {
        boolean known = isKnown(of.method());
        int span = begin(
                trace,
                of.identity().attemptSpanId(attempt.sending()),
                parent,
                known ? of.method() : "HTTP",
                CLIENT,
                of.epochNanos(attempt.startNanos()),
                of.epochNanos(attempt.endNanos()));
        attribute(SPAN_ATTRIBUTES, "http.request.method", known ? of.method() : "_OTHER");
        address(attempt.endpoint());
        attribute(SPAN_ATTRIBUTES, "outrigger.upstream", of.upstream());
        attribute(SPAN_ATTRIBUTES, "outrigger.outcome", attempt.outcome());
        if (attempt.status() != 0) {
            attribute(SPAN_ATTRIBUTES, "http.response.status_code", attempt.status());
        }
        if (attempt.sending() > 1) {
            attribute(SPAN_ATTRIBUTES, "http.request.resend_count", attempt.sending() - 1L);
        }
        Failure failure = attempt.failure();
        boolean wrong = attempt.status() >= FIRST_ERROR || failure != null;
        end(span, wrong, attempt.status(), failure, SAMPLED);
    }

    private int begin(String trace, String own, String parent, String name, int kind, long startNanos, long endNanos) {
        int span = out.begin(2);
        out.hex(1, trace);
        out.hex(2, own);
        if (!parent.isEmpty()) {
            out.hex(4, parent);
        }
        out.string(5, name);
        out.varint(6, kind);
        out.fixed64(7, startNanos);
        out.fixed64(8, endNanos);
        return span;
    }

    private void end(int span, boolean wrong, int code, @Nullable Failure failure, int flags) {
        if (failure != null) {
            attribute(SPAN_ATTRIBUTES, "outrigger.cause", failure.kind().cause());
        }
        if (wrong) {
            String type =
                    failure == null ? Integer.toString(code) : failure.kind().cause();
            attribute(SPAN_ATTRIBUTES, "error.type", type);
            int status = out.begin(15);
            if (failure != null) {
                out.string(2, failure.detail());
            }
            out.varint(3, STATUS_ERROR);
            out.end(status);
        }
        out.fixed32(16, flags);
        out.end(span);
    }

    private void event(TracedExchange of, Note note) {
        int event = out.begin(11);
        out.fixed64(1, of.epochNanos(note.atNanos()));
        out.string(2, "outrigger." + note.by());
        attribute(EVENT_ATTRIBUTES, "outrigger.verdict", note.verdict());
        attribute(EVENT_ATTRIBUTES, "outrigger.why", note.why());
        if (note.waitNanos() > 0) {
            attribute(EVENT_ATTRIBUTES, "outrigger.wait_ms", TimeUnit.NANOSECONDS.toMillis(note.waitNanos()));
        }
        out.end(event);
    }

    private static boolean isKnown(String method) {
        return RequestMethod.of(method) != RequestMethod.OTHER;
    }

    private void address(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        int port = colon <= 0 || endpoint.startsWith("unix:") ? -1 : port(endpoint, colon + 1);
        attribute(SPAN_ATTRIBUTES, "server.address", port < 0 ? endpoint : endpoint.substring(0, colon));
        if (port >= 0) {
            attribute(SPAN_ATTRIBUTES, "server.port", port);
        }
    }

    /** -1 where it is none. */
    private static int port(String text, int from) {
        int port = text.length() == from || text.length() > from + 5 ? -1 : 0;
        for (int i = from; i < text.length() && port >= 0; i++) {
            int digit = Character.digit(text.charAt(i), 10);
            port = digit < 0 ? -1 : 10 * port + digit;
        }
        return port;
    }

    /** Nothing where the value is empty or null. */
    private void attribute(int field, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            int pair = out.begin(field);
            out.string(1, name);
            int any = out.begin(2);
            out.string(1, value);
            out.end(any);
            out.end(pair);
        }
    }

    private void attribute(int field, String name, long value) {
        int pair = out.begin(field);
        out.string(1, name);
        int any = out.begin(2);
        out.varint(3, value);
        out.end(any);
        out.end(pair);
    }
}
