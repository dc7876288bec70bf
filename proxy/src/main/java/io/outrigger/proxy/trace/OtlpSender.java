package io.outrigger.proxy.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Sends spans to a collector by OTLP over HTTP. Confined to one thread: that of the queue. */
final class OtlpSender implements SpanQueue.Sender {
    private static final Logger THEIRS = Logger.getLogger("io.opentelemetry"); // held, so that its level lasts
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String PATH = "/v1/traces";

    private final Resource resource;
    private final OtlpHttpSpanExporter exporter;

    OtlpSender(SpanQueue.Target target) {
        THEIRS.setLevel(Level.OFF); // it would tell of every batch that a dead collector does not take
        resource = Resource.getDefault()
                .merge(Resource.create(Attributes.builder()
                        .put("service.name", target.service())
                        .build()));
        exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint(target.endpoint()))
                .setConnectTimeout(PATIENCE)
                .setTimeout(PATIENCE)
                .setRetryPolicy(null)
                .setMeterProvider(MeterProvider.noop())
                .build();
    }

    /** Where traces go under the base that is configured, as OpenTelemetry's own OTEL_EXPORTER_OTLP_ENDPOINT has it. */
    static String endpoint(URI base) {
        String text = base.toString();
        if (text.endsWith(PATH)) {
            return text;
        }
        return (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + PATH;
    }

    @Override
    public boolean send(List<TracedExchange> exchanges, long withinNanos) {
        List<SpanData> spans = new ArrayList<>();
        for (TracedExchange exchange : exchanges) {
            SpanOfExchange.addTo(spans, exchange, resource);
        }
        CompletableResultCode result = exporter.export(spans);
        return result.join(withinNanos, TimeUnit.NANOSECONDS).isSuccess();
    }

    @Override
    public void close() {
        exporter.close();
    }
}
