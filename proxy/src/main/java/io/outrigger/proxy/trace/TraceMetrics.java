package io.outrigger.proxy.trace;

import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.SharedCounter;

/** Counts what becomes of spans. Shared by all loops. */
public final class TraceMetrics {
    private final Family<SharedCounter> spans;

    public TraceMetrics(Metrics metrics) {
        spans = metrics.sharedCounters(
                "outrigger_trace_spans_total",
                "Spans that the collector took (exported), that it did not take in time (failed), and that did not"
                        + " fit into the queue (dropped).",
                "result");
    }

    SharedCounter exported() {
        return spans.with("exported");
    }

    SharedCounter failed() {
        return spans.with("failed");
    }

    SharedCounter dropped() {
        return spans.with("dropped");
    }
}
