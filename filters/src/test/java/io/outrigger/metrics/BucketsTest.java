package io.outrigger.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class BucketsTest {
    private final Buckets durations = Buckets.DURATIONS;

    @Test
    void theBoundsAreThoseThatDashboardsKnow() {
        double[] bounds = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, Double.POSITIVE_INFINITY};

        assertThat(durations.count()).isEqualTo(bounds.length);
        for (int bucket = 0; bucket < bounds.length; bucket++) {
            assertThat(durations.upperSeconds(bucket)).isEqualTo(bounds[bucket]);
        }
    }

    @Test
    void aBoundBelongsToTheBucketBelowIt() {
        assertThat(durations.of(1_000_000)).isZero();
        assertThat(durations.of(1_000_001)).isEqualTo(1);
        assertThat(durations.of(30_000_000_000L)).isEqualTo(13);
        assertThat(durations.of(30_000_000_001L)).isEqualTo(14);
    }

    @Test
    void moreBoundsTakeTheirPlaces() {
        Buckets more =
                Buckets.DURATIONS.with(List.of(Duration.ofMillis(300), Duration.ofMillis(250), Duration.ofMinutes(1)));
        assertThat(more.count()).isEqualTo(Buckets.DURATIONS.count() + 2);
        assertThat(more.upperSeconds(8)).isEqualTo(.3);
        assertThat(more.upperSeconds(15)).isEqualTo(60);
        assertThat(more.of(Duration.ofMillis(300).toNanos())).isEqualTo(8);
        assertThat(more.of(Duration.ofMillis(300).toNanos() + 1)).isEqualTo(9);
        assertThat(more).isEqualTo(Buckets.DURATIONS.with(List.of(Duration.ofMinutes(1), Duration.ofMillis(300))));
        assertThat(Buckets.DURATIONS.with(List.of(Duration.ofSeconds(1)))).isSameAs(Buckets.DURATIONS);
    }

    @Test
    void theEndsOfTheScaleHaveABucket() {
        assertThat(durations.of(0)).isZero();
        assertThat(durations.of(-1)).isZero();
        assertThat(durations.of(Long.MIN_VALUE)).isZero();
        assertThat(durations.of(Long.MAX_VALUE)).isEqualTo(14);
    }

    @Test
    void everyDurationFindsTheBucketThatALookAtAllBoundsFinds() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong() >>> random.nextInt(1, 64);
            int expected = 0;
            while (nanos / 1e9 > durations.upperSeconds(expected)) {
                expected++;
            }
            assertThat(durations.of(nanos)).as("%d ns", nanos).isEqualTo(expected);
        }
    }

    @Test
    void boundsThatDoNotAscendAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Buckets.ofMicros(1, 5, 5))
                .withMessage("bucket 2: 5 µs (expected: at most 100, ascending)");
        assertThatIllegalArgumentException().isThrownBy(() -> Buckets.ofMicros(0));
    }
}
