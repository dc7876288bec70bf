package io.outrigger.metrics;

import io.outrigger.metrics.Family.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** All metrics of the process, by name. Shared by all loops. */
public final class Metrics {
    private final int loops;
    private final Map<String, Family<?>> families = new ConcurrentSkipListMap<>();

    /** For event loops with the indexes 0 to {@code loops - 1}. */
    public Metrics(int loops) {
        this.loops = loops;
    }

    /** Counts on event loops. */
    public Family<Counter> counters(String name, String help, String... labelNames) {
        return add(name, Type.COUNTER, help, labelNames, () -> new Counter(loops));
    }

    /** Counts on any thread. */
    public Family<SharedCounter> sharedCounters(String name, String help, String... labelNames) {
        return add(name, Type.COUNTER, help, labelNames, SharedCounter::new);
    }

    /** Counts that are kept elsewhere: to be {@link Family#put}. */
    public Family<Reading> readCounters(String name, String help, String... labelNames) {
        return add(name, Type.COUNTER, help, labelNames, Metrics::nothing);
    }

    /** What comes and goes on event loops. */
    public Family<LoopGauge> loopGauges(String name, String help, String... labelNames) {
        return add(name, Type.GAUGE, help, labelNames, () -> new LoopGauge(loops));
    }

    /** Values that are kept elsewhere: to be {@link Family#put}. */
    public Family<Reading> gauges(String name, String help, String... labelNames) {
        return add(name, Type.GAUGE, help, labelNames, Metrics::nothing);
    }

    /** Facts that are told by labels alone. */
    public Family<Reading> infos(String name, String help, String... labelNames) {
        return add(name, Type.INFO, help, labelNames, () -> new Reading(() -> 1));
    }

    /** Durations on event loops. */
    public Family<Histogram> histograms(String name, String help, Buckets buckets, String... labelNames) {
        return histograms(name, help, () -> buckets, labelNames);
    }

    /** The same, where the buckets of new series change with the configuration; asked on any thread. */
    public Family<Histogram> histograms(String name, String help, Supplier<Buckets> buckets, String... labelNames) {
        return add(name, Type.HISTOGRAM, help, labelNames, () -> new Histogram(loops, buckets.get()));
    }

    /** All families, by name. */
    public List<Family<?>> families() {
        return List.copyOf(families.values());
    }

    private <S extends Series> Family<S> add(
            String name, Type type, String help, String[] labelNames, Supplier<S> fresh) {
        Family<S> family = new Family<>(name, type, help, List.of(labelNames), fresh);
        if (families.putIfAbsent(name, family) != null) {
            throw new IllegalArgumentException(name + ": there is a metric of that name already");
        }
        return family;
    }

    private static Reading nothing() {
        throw new IllegalStateException("a series without a source (expected: put before)");
    }
}
