package io.outrigger.proxy.trace;

import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.TracingConfig;
import io.outrigger.filter.observe.Traces;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.route.Kept;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the traces of one configuration after the other, and ends their queues with the process. Confined to the reload thread. */
public final class Tracer {
    private final TraceMetrics metrics;
    private final InstantSource clock;
    private final List<SpanQueue> queues = new ArrayList<>(); // those whose threads may run

    public Tracer(Metrics metrics, InstantSource clock) {
        this.metrics = new TraceMetrics(metrics);
        this.clock = clock;
    }

    /** Null where the configuration has none. The queue is that of the snapshot before where the collector is the same. */
    public @Nullable Traces traces(OutriggerConfig config, Kept kept) {
        TracingConfig tracing = config.tracing().orElse(null);
        if (tracing == null) {
            return null;
        }
        SpanQueue.Target target = new SpanQueue.Target(tracing.otlpEndpoint(), config.service());
        SpanQueue queue = kept.claim("tracing", SpanQueue.class, target, () -> make(target));
        return new Tracing(new Sampling(tracing), queue, clock);
    }

    private SpanQueue make(SpanQueue.Target target) {
        queues.removeIf(SpanQueue::over);
        SpanQueue queue = new SpanQueue(target, OtlpSender::new, metrics);
        queues.add(queue);
        return queue;
    }

    /** Sends what there is, for two seconds at most. To be called when nothing is compiled any more, and no loop turns. */
    public void close() {
        queues.forEach(SpanQueue::end);
        queues.forEach(SpanQueue::awaitEnd);
    }
}
