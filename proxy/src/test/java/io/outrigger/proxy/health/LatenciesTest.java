package io.outrigger.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Medians out of cells, against the exact ones. */
class LatenciesTest {
    private static double median(long... micros) {
        Latencies latencies = new Latencies();
        for (long one : micros) {
            latencies.add(TimeUnit.MICROSECONDS.toNanos(one));
        }
        return Latencies.medianMicros(latencies.take());
    }

    @Test
    void aMedianIsOffByAThirtySecondAtMost() {
        for (long micros = 1; micros < 130_000_000; micros = micros * 9 / 8 + 1) {
            assertThat(median(micros)).isCloseTo((double) micros, withPercentage(micros < 64 ? 100.0 / micros : 3.2));
            assertThat(median(micros, micros, micros * 10))
                    .isCloseTo((double) micros, withPercentage(micros < 64 ? 101.0 / micros : 3.2));
        }
    }

    @Test
    void manyThatAreSpreadHaveTheirMedianInTheMiddle() {
        Random random = new Random(3);
        for (int round = 0; round < 50; round++) {
            long[] micros = random.longs(501, 900, 20_000).toArray();
            double seen = median(micros);
            Arrays.sort(micros);
            assertThat(seen).isCloseTo((double) micros[250], withPercentage(3.2));
        }
    }

    @Test
    void whatIsOutOfBoundsIsAtThem() {
        assertThat(median(-5)).isBetween(0.0, 1.0);
        assertThat(median(Long.MAX_VALUE / 1000)).isCloseTo(1 << 27, withPercentage(3.2));
        assertThat(median()).isZero();
    }

    @Test
    void takingLeavesNothing() {
        Latencies latencies = new Latencies();
        latencies.add(1000);
        assertThat(Arrays.stream(latencies.take()).sum()).isEqualTo(1);
        assertThat(Arrays.stream(latencies.take()).sum()).isZero();
    }
}
