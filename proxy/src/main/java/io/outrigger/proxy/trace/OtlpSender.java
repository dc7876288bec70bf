package io.outrigger.proxy.trace;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.proxy.loop.Loops;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Sends spans to a collector by OTLP over HTTP. Confined to one loop. */
final class OtlpSender implements SpanQueue.Sender {
    private static final String PATH = "/v1/traces";
    private static final Map<String, String> FIELDS =
            Map.of("content-type", "application/x-protobuf", "user-agent", "outrigger");

    private final String service;
    private final CollectorConnection connection;

    OtlpSender(SpanQueue.Target target, Loops loops, CollectorConnection.Securing securing) {
        service = target.service();
        connection = new CollectorConnection(loops, endpoint(target.endpoint()), securing);
    }

    /** Where traces go under the base that is configured, as OpenTelemetry's own OTEL_EXPORTER_OTLP_ENDPOINT has it. */
    static URI endpoint(URI base) {
        String text = base.toString();
        if (text.endsWith(PATH)) {
            return base;
        }
        return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + PATH);
    }

    @Override
    public void send(List<TracedExchange> exchanges, long withinNanos, Consumer<String> then) {
        Protobuf written = OtlpSpans.of(service, exchanges);
        ByteBuf body = Unpooled.directBuffer(written.length()); // large, and not for long: no pool keeps it
        body.writeBytes(written.bytes(), 0, written.length());
        connection.post(FIELDS, body, withinNanos, then::accept);
    }

    @Override
    public void close() {
        connection.close();
    }
}
