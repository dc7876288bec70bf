package io.outrigger.filter.hedge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObservedLatencyTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final long START = -5 * SECOND; // the clock may begin anywhere

    private final ObservedLatency latency = new ObservedLatency(START);

    @Test
    void saysNothingBeforeThereIsEnoughToGoBy() {
        for (int i = 1; i < ObservedLatency.LEAST; i++) {
            latency.record(MILLI, START);
        }
        assertThat(latency.p95Nanos(START + 2 * SECOND)).isEqualTo(ObservedLatency.UNKNOWN);
        latency.record(MILLI, START + 2 * SECOND);
        assertThat(latency.p95Nanos(START + 4 * SECOND)).isBetween(MILLI, MILLI + MILLI / 16 + 1);
    }

    @Test
    void fiveOfAHundredMayBeSlower() {
        for (int i = 0; i < 95; i++) {
            latency.record(10 * MILLI, START);
        }
        for (int i = 0; i < 5; i++) {
            latency.record(900 * MILLI, START);
        }
        assertThat(latency.p95Nanos(START + SECOND)).isBetween(10 * MILLI, 11 * MILLI);
        latency.record(900 * MILLI, START + SECOND);
        assertThat(latency.p95Nanos(START + 2 * SECOND)).isBetween(900 * MILLI, 960 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void isNeverBelowAndAtMostASixteenthAboveWhatSortingSays(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = 20 + random.nextInt(2000);
        long[] all = IntStream.range(0, count)
                .mapToLong(i -> (long) (20_000 * Math.exp(random.nextDouble() * 14)))
                .toArray();
        for (long nanos : all) {
            latency.record(nanos, START);
        }
        Arrays.sort(all);
        long exact = all[count - 1 - count / 20];
        assertThat(latency.p95Nanos(START + SECOND)).isBetween(exact, exact + exact / 16 + 1);
    }

    @Test
    void forgetsWhatIsAMinuteOld() {
        recordMany(500 * MILLI, START);
        assertThat(latency.p95Nanos(START + SECOND)).isGreaterThan(400 * MILLI);
        recordMany(5 * MILLI, START + 30 * SECOND);
        assertThat(latency.p95Nanos(START + 49 * SECOND)).isGreaterThan(400 * MILLI);
        assertThat(latency.p95Nanos(START + 61 * SECOND)).isLessThan(6 * MILLI);
        assertThat(latency.p95Nanos(START + 91 * SECOND)).isEqualTo(ObservedLatency.UNKNOWN);
    }

    @Test
    void silenceOfAnHourIsNoTrouble() {
        recordMany(500 * MILLI, START);
        latency.record(5 * MILLI, START + 3600 * SECOND);
        assertThat(latency.p95Nanos(START + 3602 * SECOND)).isEqualTo(ObservedLatency.UNKNOWN);
        recordMany(5 * MILLI, START + 3602 * SECOND);
        assertThat(latency.p95Nanos(START + 3604 * SECOND)).isLessThan(6 * MILLI);
    }

    @Test
    void theShortestAndTheLongestHaveTheirPlaces() {
        recordMany(0, START);
        recordMany(-1, START);
        assertThat(latency.p95Nanos(START + SECOND)).isBetween(1L, 20_000L);
        for (int i = 0; i < 30; i++) {
            recordMany(Long.MAX_VALUE / 2, START + SECOND);
        }
        assertThat(latency.p95Nanos(START + 2 * SECOND)).isBetween(3600 * SECOND, 5000 * SECOND);
    }

    @Test
    void aLoopThatIsALittleBehindDoesNoHarm() {
        recordMany(5 * MILLI, START + 10 * SECOND);
        recordMany(5 * MILLI, START + 10 * SECOND - 1000);
        assertThat(latency.p95Nanos(START + 11 * SECOND)).isLessThan(6 * MILLI);
        assertThat(latency.p95Nanos(START + 9 * SECOND)).isLessThan(6 * MILLI);
    }

    @Test
    void threadsLoseNothing() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var tasks = IntStream.range(0, 4)
                    .<java.util.concurrent.Callable<Boolean>>mapToObj(thread -> () -> {
                        for (int i = 0; i < 25_000; i++) {
                            latency.record(i % 20 == 0 ? 800 * MILLI : 5 * MILLI, START + i * MILLI / 10);
                        }
                        return true;
                    })
                    .toList();
            for (Future<Boolean> done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        }
        assertThat(latency.p95Nanos(START + 4 * SECOND))
                .isLessThan(6 * MILLI); // 5,000 of 100,000 are slower: not one more
    }

    private void recordMany(long nanos, long now) {
        for (int i = 0; i < 100; i++) {
            latency.record(nanos, now);
        }
    }
}
