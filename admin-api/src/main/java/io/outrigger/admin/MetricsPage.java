package io.outrigger.admin;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.outrigger.metrics.Metrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows all metrics in the format that the scraper likes best. Confined to one loop: that of the admin server. */
final class MetricsPage implements Page, AutoCloseable {
    private final Metrics metrics;
    private @Nullable PrometheusMeterRegistry registry; // null until somebody looks: the start does not wait for it
    private @Nullable JvmGcMetrics collections; // likewise
    private int lastSize = 16 * 1024;

    MetricsPage(Metrics metrics) {
        this.metrics = metrics;
    }

    Operation operation() {
        return Operation.get("/metrics", Operation.Audience.PROBES, this, () -> Description.of(
                        "All metrics, in the format that the header Accept prefers.")
                .answers(200, "Metrics.", MetricsFormat.TEXT.type(), Schema.text("Prometheus text."))
                .answers(200, "Metrics.", MetricsFormat.OPEN_METRICS.type(), Schema.text("OpenMetrics.")));
    }

    @Override
    public void show(Ask ask, Consumer<Content> then) {
        String type = MetricsFormat.of(ask.accept()).type();
        ByteArrayOutputStream out = new ByteArrayOutputStream(lastSize);
        try {
            registry().scrape(out, type);
        } catch (IOException e) {
            throw new UncheckedIOException("into memory", e);
        }
        lastSize = out.size() + 1024;
        then.accept(new Content(200, type, out.toByteArray(), Map.of("vary", "accept")));
    }

    private PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry known = registry;
        if (known != null) {
            return known;
        }
        PrometheusRegistry prometheus = new PrometheusRegistry();
        prometheus.register(new FamilyCollector(metrics));
        PrometheusMeterRegistry made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);
        new JvmMemoryMetrics().bindTo(made);
        new JvmThreadMetrics().bindTo(made);
        new ClassLoaderMetrics().bindTo(made);
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(made);
        collections = gc;
        registry = made;
        return made;
    }

    @Override
    public void close() {
        if (collections != null) {
            collections.close();
        }
        if (registry != null) {
            registry.close();
        }
    }
}
