package io.outrigger.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A metric of one name, with a series for each combination of label values. Shared by all loops. */
public final class Family<S extends Series> {
    /** How a metric is to be understood. Immutable. */
    public enum Type {
        /** Only grows; its name ends in {@code _total}. */
        COUNTER,
        GAUGE,
        HISTOGRAM,
        /** Always 1, the labels are what it tells; its name ends in {@code _info}. */
        INFO
    }

    private final String name;
    private final Type type;
    private final String help;
    private final List<String> labelNames;
    private final Supplier<S> fresh;
    private final Map<List<String>, S> series = new ConcurrentHashMap<>(); // by label values

    Family(String name, Type type, String help, List<String> labelNames, Supplier<S> fresh) {
        this.name = name;
        this.type = type;
        this.help = help;
        this.labelNames = labelNames;
        this.fresh = fresh;
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    public String help() {
        return help;
    }

    public List<String> labelNames() {
        return labelNames;
    }

    /** The series of these label values: the same ones give the same series until it is retired. Not for each request. */
    public S with(String... labelValues) {
        return series.computeIfAbsent(key(labelValues), values -> fresh.get());
    }

    /** Puts this series in the place of these label values. */
    public void put(S one, String... labelValues) {
        series.put(key(labelValues), one);
    }

    /** A series that nobody sees, for what is written in vain. */
    public S unseen() {
        return fresh.get();
    }

    /** Takes out all series whose label values are as told. Whoever still has one writes to it in vain. */
    public void retire(Predicate<? super List<String>> labelValues) {
        series.keySet().removeIf(labelValues);
    }

    /** The series there are now, by their label values. */
    public Map<List<String>, S> series() {
        return Map.copyOf(series);
    }

    private List<String> key(String... labelValues) {
        if (labelValues.length != labelNames.size()) {
            throw new IllegalArgumentException(
                    name + ": " + labelValues.length + " label values (expected: " + labelNames.size() + ")");
        }
        return List.of(labelValues);
    }
}
