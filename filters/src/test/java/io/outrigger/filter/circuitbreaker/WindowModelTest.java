package io.outrigger.filter.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows against a list of all calls, by random programs. */
class WindowModelTest {
    private static final long SECOND = 1_000_000_000;
    private static final int STEPS = 2_000;

    private record Call(long bucket, boolean failed, boolean slow) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aWindowOfCallsHoldsTheLastOnes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = random.nextInt(1, 40);
        Window window = Window.of(new CircuitBreakerConfig.Window.Calls(size), 0);
        List<Call> all = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            addSome(random, window, all, 0, random.nextInt(2 * size + 1));
            assertHolds(window, all.subList(Math.max(0, all.size() - size), all.size()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void aWindowOfTimeHoldsTheCallsOfTheLastSecondsWithThePresentOne(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int seconds = random.nextInt(1, 12);
        long start = random.nextLong(-10 * SECOND, 10 * SECOND);
        Window window = Window.of(new CircuitBreakerConfig.Window.Time(Duration.ofSeconds(seconds)), start);
        List<Call> all = new ArrayList<>();
        long now = start;
        for (int i = 0; i < STEPS; i++) {
            now += random.nextInt(10) == 0 ? random.nextLong(20 * SECOND) : random.nextLong(SECOND / 2);
            long bucket = (now - start) / SECOND;
            window.advance(now);
            window.advance(now - SECOND); // a loop that is behind
            all.removeIf(call -> call.bucket <= bucket - seconds);
            addSome(random, window, all, bucket, random.nextInt(10));
            assertHolds(window, all);
            assertThat(window.turnNanos()).isEqualTo(start + (bucket + 1) * SECOND);
        }
    }

    private static void addSome(SplittableRandom random, Window window, List<Call> all, long bucket, int good) {
        if (random.nextBoolean()) {
            boolean failed = random.nextBoolean();
            boolean slow = !failed || random.nextBoolean();
            window.add(failed, slow);
            all.add(new Call(bucket, failed, slow));
        } else {
            window.addGood(good);
            for (int i = 0; i < good; i++) {
                all.add(new Call(bucket, false, false));
            }
        }
    }

    private static void assertHolds(Window window, List<Call> calls) {
        assertThat(window.calls()).isEqualTo(calls.size());
        assertThat(window.failures())
                .isEqualTo(calls.stream().filter(Call::failed).count());
        assertThat(window.slow()).isEqualTo(calls.stream().filter(Call::slow).count());
    }
}
