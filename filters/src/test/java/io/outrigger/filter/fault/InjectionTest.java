package io.outrigger.filter.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.Fault;
import io.outrigger.config.FaultConfig;
import io.outrigger.config.FaultMatch;
import io.outrigger.config.Share;
import io.outrigger.exchange.Request;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.metrics.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which attempts are hit, and when. */
class InjectionTest {
    private static final long START = Long.MAX_VALUE - 5_000_000_000L; // the clock turns over in 5 s
    private static final Request GET = Exchanges.get();

    private static Injection injection(double percent, Duration ramp, Duration lasts, Optional<Integer> most) {
        return injection(percent, ramp, lasts, most, _ -> true);
    }

    private static Injection injection(
            double percent, Duration ramp, Duration lasts, Optional<Integer> most, Predicate<Request> match) {
        FaultConfig config =
                new FaultConfig(new Share(percent), true, FaultMatch.everything(), List.of(Fault.Plain.RESET), most);
        return Injection.forAWhile("x", config, match, new Counter(1), START, ramp, lasts);
    }

    private static long at(double seconds) {
        return START + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    /** How many of a million attempts are hit, by the one that is drawn last of those. */
    private static long hits(Injection injection, long now) {
        long least = 0;
        long most = 1_000_000;
        while (least < most) {
            long middle = (least + most) / 2;
            boolean hit = injection.tryHit(GET, now, _ -> middle);
            least = hit ? middle + 1 : least;
            most = hit ? most : middle;
        }
        return least;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.0001, 1", "0.5, 5000", "12.5, 125000", "20, 200000", "100, 1000000"})
    void theShareIsExact(double percent, long parts) {
        assertThat(hits(injection(percent, Duration.ZERO, Duration.ofHours(1), Optional.empty()), at(1)))
                .isEqualTo(parts);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 20, 50})
    void aShareOfManyAttemptsIsHit(int percent) {
        Injection injection = injection(percent, Duration.ZERO, Duration.ofHours(1), Optional.empty());
        LongUnaryOperator random = new Random(percent)::nextLong;
        int hit = 0;
        for (int i = 0; i < 100_000; i++) {
            hit += injection.tryHit(GET, at(1), random) ? 1 : 0;
        }
        assertThat(hit / 1000.0).isBetween(percent - 0.6, percent + 0.6); // four standard deviations of the widest
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 20000", "5, 100000", "9.99, 199800", "10, 200000", "11, 200000"})
    void aRampGrowsToTheWholeShare(double seconds, long parts) {
        Injection injection = injection(20, Duration.ofSeconds(10), Duration.ofHours(1), Optional.empty());
        assertThat(hits(injection, at(seconds))).isEqualTo(parts);
    }

    @Test
    void itEndsByItself() {
        Injection injection = injection(100, Duration.ZERO, Duration.ofSeconds(10), Optional.empty());
        assertThat(injection.tryHit(GET, at(9.999), _ -> 0)).isTrue();
        assertThat(injection.over(at(9.999))).isFalse();
        assertThat(injection.over(at(10))).isTrue();
        assertThat(injection.tryHit(GET, at(10), _ -> 0)).isFalse();
        assertThat(injection.tryHit(GET, at(1000), _ -> 0)).isFalse();
    }

    @Test
    void itCanBeStopped() {
        Injection injection = injection(100, Duration.ZERO, Duration.ofSeconds(10), Optional.empty());
        injection.stop();
        assertThat(injection.over(at(0))).isTrue();
        assertThat(injection.tryHit(GET, at(0), _ -> 0)).isFalse();
    }

    @Test
    void whatAFileInjectsHasNoEnd() {
        Injection injection = Injection.ofFile(
                FaultSetting.config(100, Fault.Plain.RESET), _ -> true, new Counter(1), new HitsUnderWay());
        for (long now : new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE}) {
            assertThat(injection.over(now)).isFalse();
            assertThat(injection.tryHit(GET, now, bound -> bound - 1)).isTrue();
        }
        assertThat(injection.mayEnd()).isFalse();
    }

    @Test
    void noMoreThanItsLimitAreHitAtOnce() {
        Injection injection = injection(100, Duration.ZERO, Duration.ofSeconds(10), Optional.of(2));
        assertThat(injection.tryHit(GET, at(1), _ -> 0)).isTrue();
        assertThat(injection.tryHit(GET, at(1), _ -> 0)).isTrue();
        assertThat(injection.tryHit(GET, at(1), _ -> 0)).isFalse();
        injection.giveBack();
        assertThat(injection.underWay()).isEqualTo(1);
        assertThat(injection.tryHit(GET, at(1), _ -> 0)).isTrue();
        assertThat(injection.tryHit(GET, at(1), _ -> 0)).isFalse();
    }

    @Test
    void onlyWhatMatchesIsHitAndDrawnFor() {
        Injection injection =
                injection(100, Duration.ZERO, Duration.ofSeconds(10), Optional.empty(), request -> request.method()
                        .equals("PUT"));
        assertThat(injection.tryHit(GET, at(1), bound -> {
                    throw new AssertionError("drawn for another");
                }))
                .isFalse();
        assertThat(injection.underWay()).isZero();
    }
}
