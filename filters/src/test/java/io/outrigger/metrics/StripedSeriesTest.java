package io.outrigger.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class StripedSeriesTest {
    private static final int LOOPS = 4;
    private static final int EACH = 500_000;

    @Test
    void whatIsReadIsTheSumOverAllLoops() {
        Counter counter = new Counter(LOOPS);
        LoopGauge gauge = new LoopGauge(LOOPS);
        for (int loop = 0; loop < LOOPS; loop++) {
            counter.add(loop, 10 + loop);
            gauge.increment(loop);
        }
        gauge.decrement(2);

        assertThat(counter.total()).isEqualTo(46);
        assertThat(gauge.value()).isEqualTo(3);
    }

    @Test
    void aHistogramKeepsCountsAndTheSum() {
        Histogram histogram = new Histogram(LOOPS, Buckets.ofMicros(10, 20));
        histogram.record(0, 5_000);
        histogram.record(3, 20_000);
        histogram.record(3, 1_000_000_000);
        histogram.record(1, -7);

        assertThat(histogram.counts()).containsExactly(2, 1, 1);
        assertThat(histogram.count()).isEqualTo(4);
        assertThat(histogram.sumSeconds()).isEqualTo(1.000025);
    }

    @Test
    void aBucketKeepsTheTraceThatItHasForASecond() {
        Histogram histogram = new Histogram(LOOPS, Buckets.ofMicros(10, 20));
        long begin = Long.MAX_VALUE - 500_000_000; // the clock may wrap around
        assertThat(histogram.wantsExample(5_000, begin)).isTrue();
        histogram.example(5_000, "trace", "span", begin);

        assertThat(histogram.wantsExample(6_000, begin + 999_999_999)).isFalse();
        assertThat(histogram.wantsExample(6_000, begin + 1_000_000_000)).isTrue();
        assertThat(histogram.wantsExample(15_000, begin)).as("another bucket").isTrue();
        assertThat(histogram.example(0)).isEqualTo(new Histogram.Example(5e-6, "trace", "span", begin));
    }

    @Test
    void nothingIsLostOrCountedTwiceWhileSomebodyReads() throws Exception {
        Counter counter = new Counter(LOOPS);
        LoopGauge inFlight = new LoopGauge(LOOPS);
        Histogram histogram = new Histogram(LOOPS, Buckets.ofMicros(1, 2, 3));
        try (ExecutorService threads = Executors.newFixedThreadPool(LOOPS + 1)) {
            List<Callable<Void>> writers = new ArrayList<>();
            for (int i = 0; i < LOOPS; i++) {
                int loop = i;
                writers.add(() -> {
                    for (int n = 0; n < EACH; n++) {
                        inFlight.increment(loop);
                        counter.increment(loop);
                        histogram.record(loop, n & 4095);
                        inFlight.decrement(loop);
                    }
                    return null;
                });
            }
            Future<Void> reader = threads.submit(() -> {
                long total = 0;
                long[] counts = histogram.counts();
                while (total < (long) LOOPS * EACH) {
                    long next = counter.total();
                    assertThat(next).isGreaterThanOrEqualTo(total);
                    total = next;
                    long[] later = histogram.counts();
                    for (int bucket = 0; bucket < later.length; bucket++) {
                        assertThat(later[bucket]).isGreaterThanOrEqualTo(counts[bucket]);
                    }
                    counts = later;
                    assertThat(inFlight.value()).isBetween(0L, (long) LOOPS);
                }
                return null;
            });
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
            reader.get();
        }

        assertThat(counter.total()).isEqualTo((long) LOOPS * EACH);
        assertThat(inFlight.value()).isZero();
        assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo((long) LOOPS * EACH);
    }
}
