package io.outrigger.filter.observe;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Histogram;
import io.outrigger.metrics.LoopGauge;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import io.outrigger.metrics.Series;
import io.outrigger.metrics.SharedCounter;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a scrape would show, as {@code name{label="value",…}} and a number: of histograms the sum in seconds. */
final class Scraped {
    private Scraped() {}

    static Map<String, Double> of(Metrics metrics) {
        Map<String, Double> all = new TreeMap<>();
        for (Family<?> family : metrics.families()) {
            family.series().forEach((values, series) -> {
                String labels = IntStream.range(0, values.size())
                        .mapToObj(i -> family.labelNames().get(i) + "=" + values.get(i))
                        .collect(Collectors.joining(","));
                all.put(family.name() + "{" + labels + "}", value(series));
            });
        }
        return all;
    }

    private static double value(Series series) {
        return switch (series) {
            case Counter counter -> counter.total();
            case SharedCounter counter -> counter.total();
            case LoopGauge gauge -> gauge.value();
            case Reading reading -> reading.value();
            case Histogram histogram -> histogram.sumSeconds();
        };
    }
}
