package io.outrigger.filter.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.RateLimitConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Callers find their bucket, and no number of others takes it from who is at the limit. */
class KeyedBucketsTest {
    private static final RateLimitConfig LIMIT = new RateLimitConfig(1, 3, Optional.empty(), Optional.empty());

    private final Random random = new Random(7);
    private final KeyedBuckets buckets = new KeyedBuckets(random::nextLong);
    private long now = 1_000_000_007;

    private TokenBucket of(String caller) {
        return buckets.of(buckets.numbers().of(1, List.of(caller)), now);
    }

    @Test
    void aCallerHasTheSameBucketEachTimeAndNobodyElseHasIt() {
        Set<TokenBucket> all = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            assertThat(of("caller " + i)).isSameAs(of("caller " + i));
            all.add(of("caller " + i));
        }
        assertThat(all).hasSize(1000);
        assertThat(buckets.forgotten()).isZero();
    }

    @Test
    void theSameCallerOfAnotherRouteIsAnother() {
        assertThat(buckets.numbers().of(1, List.of("a")))
                .isNotEqualTo(buckets.numbers().of(1 << 20, List.of("a")));
    }

    @Test
    void valuesAreToldApartHoweverTheyAreCut() {
        KeyNumbers numbers = buckets.numbers();
        assertThat(List.of(
                        numbers.of(1, List.of()),
                        numbers.of(1, List.of("")),
                        numbers.of(1, List.of("ab")),
                        numbers.of(1, List.of("a", "b")),
                        numbers.of(1, List.of("b", "a")),
                        numbers.of(1, List.of("ab", "")),
                        numbers.of(1, List.of("\0ab"))))
                .doesNotHaveDuplicates();
    }

    @Test
    void numbersAreThoseOfArithmeticWithoutLimits() {
        java.math.BigInteger prime = java.math.BigInteger.TWO.pow(61).subtract(java.math.BigInteger.ONE);
        long[] bits = {random.nextLong(), random.nextLong()};
        int[] asked = {0};
        KeyNumbers numbers = new KeyNumbers(() -> bits[asked[0]++]);
        java.math.BigInteger point = java.math.BigInteger.valueOf((bits[0] >>> 3) % (prime.longValue() - 1) + 1);
        java.math.BigInteger expected = java.math.BigInteger.valueOf(bits[1] >>> 4);
        String text = "x".repeat(100) + "\u00ff";
        List<Integer> steps = new ArrayList<>(List.of((int) (1L << 20 >>> 4)));
        text.chars().forEach(c -> steps.add(c + 1));
        steps.addAll(List.of(1 << 17, 0));
        for (int step : steps) {
            expected = expected.multiply(point)
                    .add(java.math.BigInteger.valueOf(step))
                    .mod(prime);
        }
        assertThat(numbers.of(1 << 20, List.of(text))).isEqualTo(expected.longValue());
    }

    @Test
    void whoComesWithANewNameEachTimeTakesNobodysLimitAndNoMemory() {
        List<String> atTheLimit = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String caller = "tenant " + i;
            atTheLimit.add(caller);
            for (int n = 0; n < 3; n++) {
                assertThat(of(caller).tryTake(LIMIT, now)).isZero();
            }
        }
        for (int i = 0; i < 300_000; i++) { // all within the same moment
            of("attacker " + i).tryTake(LIMIT, now);
        }
        assertThat(atTheLimit)
                .allSatisfy(caller -> assertThat(of(caller).tryTake(LIMIT, now)).isPositive());
        assertThat(buckets.used(now)).isLessThanOrEqualTo(KeyedBuckets.MOST);
        assertThat(buckets.forgotten()).isGreaterThan(280_000);
    }

    @Test
    void fullBucketsMakeRoomAndAreNotMissed() {
        for (int i = 0; i < 8 * KeyedBuckets.MOST; i++) {
            of("caller " + i).tryTake(LIMIT, now);
            now += TimeUnit.MILLISECONDS.toNanos(10); // each is full again after a second: 100 at a time are not
        }
        assertThat(buckets.forgotten()).isZero();
        assertThat(buckets.used(now)).isEqualTo(99);
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(buckets.used(now)).isZero();
    }

    @Test
    void threadsThatComeWithOneNameTakeFromOneBucket() throws InterruptedException {
        RateLimitConfig limit = new RateLimitConfig(1, 1000, Optional.empty(), Optional.empty());
        int[] taken = new int[4];
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            int mine = t;
            threads[t] = Thread.ofPlatform().start(() -> {
                of("warm " + mine); // so that nobody has to make the one that counts while another does
                for (int i = 0; i < 1000; i++) {
                    taken[mine] += of("one").tryTake(limit, now) == 0 ? 1 : 0;
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken[0] + taken[1] + taken[2] + taken[3]).isEqualTo(1000);
    }
}
