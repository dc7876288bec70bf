package io.outrigger.proxy.trace;

import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.TracingConfig;
import io.outrigger.config.UpstreamTlsConfig;
import io.outrigger.config.UpstreamTlsConfig.MinVersion;
import io.outrigger.filter.observe.Traces;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.tls.ClientTls;
import io.outrigger.proxy.tls.UnusableFile;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the traces of one configuration after the other, and ends their threads with the process. Confined to the reload thread. */
public final class Tracer {
    private final TraceMetrics metrics;
    private final InstantSource clock;
    private final boolean nativeTransport;
    private final List<SpanThread> threads = new ArrayList<>(); // those that may run
    private @Nullable SpanQueue latest; // of the configuration that was compiled last; null where it has none

    public Tracer(Metrics metrics, InstantSource clock, boolean nativeTransport) {
        this.metrics = new TraceMetrics(metrics);
        this.clock = clock;
        this.nativeTransport = nativeTransport;
    }

    /** Null where the configuration has none. The queue is that of the snapshot before where the collector is the same. */
    public @Nullable Traces traces(OutriggerConfig config, Kept kept) {
        TracingConfig tracing = config.tracing().orElse(null);
        if (tracing == null) {
            leaveTo(null);
            return null;
        }
        SpanQueue.Target target = new SpanQueue.Target(tracing.otlpEndpoint(), config.service());
        SpanQueue queue = kept.claim("tracing", SpanThread.class, target, () -> make(target))
                .queue();
        leaveTo(queue);
        return new Tracing(new Sampling(tracing), queue, clock);
    }

    /** The latest leaves to nobody, and the one before it to the latest: so whoever asks comes to an end. */
    private void leaveTo(@Nullable SpanQueue queue) {
        if (latest != null) {
            latest.leaveTo(queue);
        }
        if (queue != null) {
            queue.leaveTo(null);
        }
        latest = queue;
    }

    private SpanThread make(SpanQueue.Target target) {
        threads.removeIf(SpanThread::over);
        SpanQueue queue = new SpanQueue(target, metrics);
        SpanThread thread =
                new SpanThread(queue, nativeTransport, loops -> new OtlpSender(target, loops, Tracer::trustTheSystem));
        threads.add(thread);
        return thread;
    }

    /** As towards an upstream that names no authorities. */
    private static ClientTls trustTheSystem() throws UnusableFile {
        return ClientTls.of(
                "collector",
                new UpstreamTlsConfig(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), MinVersion.TLS_1_2));
    }

    /** Sends what there is, for two seconds at most. To be called when nothing is compiled any more, and no loop turns. */
    public void close() {
        threads.forEach(SpanThread::end);
        threads.forEach(SpanThread::awaitEnd);
    }
}
