package io.outrigger.proxy.trace;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.outrigger.proxy.loop.Loops;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Sends spans to a collector by OTLP over HTTP: the exporter of OpenTelemetry writes, our connection carries. Confined to one loop. */
final class OtlpSender implements SpanQueue.Sender {
    private static final Logger THEIRS = Logger.getLogger("io.opentelemetry"); // held, so that its level lasts
    private static final String PATH = "/v1/traces";
    private static final byte[] NOTHING = {};

    private final Resource resource;
    private final Function<Map<String, String>, CollectorConnection>
            connecting; // made when it is known what is to be in requests
    private final OtlpHttpSpanExporter exporter;
    private long withinNanos; // for the batch that is being sent
    private String trouble = ""; // what became of it; empty for nothing

    OtlpSender(SpanQueue.Target target, Loops loops, CollectorConnection.Securing securing) {
        THEIRS.setLevel(Level.OFF); // it would tell of every batch that a dead collector does not take
        resource = Resource.getDefault()
                .merge(Resource.create(Attributes.builder()
                        .put("service.name", target.service())
                        .build()));
        String endpoint = endpoint(target.endpoint());
        connecting = fields -> new CollectorConnection(loops, URI.create(endpoint), securing, fields);
        exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint)
                .setRetryPolicy(null)
                .setMeterProvider(MeterProvider.noop())
                .setComponentLoader(new OurSender())
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
    public void send(List<TracedExchange> exchanges, long within, Consumer<String> then) {
        List<SpanData> spans = new ArrayList<>();
        for (TracedExchange exchange : exchanges) {
            SpanOfExchange.addTo(spans, exchange, resource);
        }
        Thread.yield(); // see Pieces
        withinNanos = within;
        trouble = "its exporter has failed";
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> then.accept(result.isSuccess() ? "" : trouble));
    }

    @Override
    public void close() {
        exporter.close();
    }

    /** Where the exporter looks for somebody who sends: it finds us, and nobody else. Immutable. */
    private final class OurSender implements ComponentLoader {
        @Override
        public <T> Iterable<T> load(Class<T> type) {
            HttpSenderProvider provider = Requests::new;
            return type.isInstance(provider) ? List.of(type.cast(provider)) : List.of();
        }
    }

    /** One request after the other, each with what the exporter wants to be in it. Confined to one loop. */
    private final class Requests implements HttpSender {
        private final CollectorConnection connection;

        Requests(HttpSenderConfig config) {
            Map<String, String> fields = new HashMap<>();
            config.getHeadersSupplier().get().forEach((name, values) -> fields.put(name, String.join(", ", values)));
            fields.put("content-type", config.getContentType());
            connection = connecting.apply(fields);
        }

        @Override
        public void send(MessageWriter message, Consumer<HttpResponse> answered, Consumer<Throwable> failed) {
            int length = message.getContentLength();
            ByteBuf request = connection.request(length);
            int head = request.readableBytes();
            try (ByteBufOutputStream out = new Pieces(request)) {
                message.writeMessage(out);
                if (request.readableBytes() != head + length) {
                    throw new IOException("a message of another length than it says");
                }
            } catch (IOException e) {
                request.release();
                failed.accept(e);
                return;
            } catch (RuntimeException | Error e) {
                request.release();
                throw e;
            }
            connection.post(request, withinNanos, why -> {
                trouble = why;
                if (why.isEmpty()) {
                    answered.accept(new Taken());
                } else {
                    failed.accept(new IOException(why));
                }
            });
        }

        @Override
        public CompletableResultCode shutdown() {
            connection.close();
            return CompletableResultCode.ofSuccess();
        }
    }

    /**
     * Takes what is written in pieces of some 50 KiB, and lets others work between them: where a loop has to share its
     * core with this thread, exchanges wait for a piece and not for a batch. Confined to one loop.
     */
    private static final class Pieces extends ByteBufOutputStream {
        Pieces(ByteBuf into) {
            super(into);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            super.write(bytes, from, length);
            Thread.yield();
        }
    }

    /** The answer to spans that were taken. Immutable. */
    private record Taken() implements HttpResponse {
        @Override
        public int getStatusCode() {
            return 200;
        }

        @Override
        public String getStatusMessage() {
            return "";
        }

        @Override
        public byte[] getResponseBody() {
            return NOTHING;
        }
    }
}
