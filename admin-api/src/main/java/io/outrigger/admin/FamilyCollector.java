package io.outrigger.admin;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Histogram;
import io.outrigger.metrics.LoopGauge;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import io.outrigger.metrics.Series;
import io.outrigger.metrics.SharedCounter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Hands our metrics to Prometheus's formats, as they are at that moment. Immutable. */
record FamilyCollector(Metrics metrics) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> all = new ArrayList<>();
        for (Family<?> family : metrics.families()) {
            if (!family.series().isEmpty()) {
                all.add(snapshot(family));
            }
        }
        return new MetricSnapshots(all);
    }

    private static MetricSnapshot snapshot(Family<?> family) {
        return switch (family.type()) {
            case COUNTER ->
                new CounterSnapshot(
                        metadata(family, "_total"),
                        points(
                                family,
                                (series, labels) -> new CounterDataPointSnapshot(value(series), labels, null, 0)));
            case GAUGE ->
                new GaugeSnapshot(
                        metadata(family, ""),
                        points(family, (series, labels) -> new GaugeDataPointSnapshot(value(series), labels, null)));
            case INFO ->
                new InfoSnapshot(
                        metadata(family, "_info"),
                        points(family, (series, labels) -> new InfoDataPointSnapshot(labels)));
            case HISTOGRAM ->
                new HistogramSnapshot(
                        metadata(family, ""),
                        points(family, (series, labels) -> histogram((Histogram) series, labels)));
        };
    }

    private static <P extends DataPointSnapshot> List<P> points(Family<?> family, BiFunction<Series, Labels, P> point) {
        List<P> points = new ArrayList<>();
        family.series()
                .forEach((values, series) -> points.add(point.apply(series, Labels.of(family.labelNames(), values))));
        return points;
    }

    /** The suffix belongs to the samples, not to the name of the metric, which the formats then make of it. */
    private static MetricMetadata metadata(Family<?> family, String suffix) {
        String name = family.name();
        if (!name.endsWith(suffix)) {
            throw new IllegalStateException(name + ": a " + family.type() + " (expected: a name in " + suffix + ")");
        }
        String base = name.substring(0, name.length() - suffix.length());
        return new MetricMetadata(base, family.help(), unit(base));
    }

    private static @Nullable Unit unit(String base) {
        if (base.endsWith("_seconds")) {
            return Unit.SECONDS;
        }
        return base.endsWith("_bytes") ? Unit.BYTES : null;
    }

    private static HistogramDataPointSnapshot histogram(Histogram histogram, Labels labels) {
        double sum = histogram.sumSeconds(); // before the counts: so it is never ahead of them
        long[] counts = histogram.counts();
        double[] bounds = new double[counts.length];
        for (int bucket = 0; bucket < bounds.length; bucket++) {
            bounds[bucket] = histogram.buckets().upperSeconds(bucket);
        }
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(sum)
                .labels(labels)
                .exemplars(Exemplars.of(exemplars(histogram)))
                .build();
    }

    private static List<Exemplar> exemplars(Histogram histogram) {
        List<Exemplar> all = new ArrayList<>();
        for (int bucket = 0; bucket < histogram.buckets().count(); bucket++) {
            Histogram.Example example = histogram.example(bucket);
            if (example != null) {
                all.add(Exemplar.builder()
                        .value(example.seconds())
                        .traceId(example.traceId())
                        .spanId(example.spanId())
                        .build());
            }
        }
        return all;
    }

    /** What it shows now; of a histogram how many durations it has. */
    static double value(Series series) {
        return switch (series) {
            case Counter counter -> counter.total();
            case SharedCounter counter -> counter.total();
            case LoopGauge gauge -> gauge.value();
            case Reading reading -> reading.value();
            case Histogram histogram -> histogram.count();
        };
    }
}
