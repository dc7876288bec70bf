package io.outrigger.filter.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.RateLimitConfig;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic of a bucket, with the time passed in. */
class TokenBucketTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = -5 * SECOND; // clocks may begin anywhere
    private TokenBucket bucket = new TokenBucket(now);

    private static RateLimitConfig limit(int perSecond, int burst) {
        return new RateLimitConfig(perSecond, burst, Optional.empty(), Optional.empty());
    }

    private int taken(RateLimitConfig config, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += bucket.tryTake(config, now) == 0 ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aFreshOneHoldsItsBurstAndNotOneMore() {
        assertThat(taken(limit(100, 200), 1000)).isEqualTo(200);
    }

    @Test
    void itFillsAtItsRate() {
        RateLimitConfig limit = limit(100, 200);
        taken(limit, 200);
        now += SECOND / 100 - 1;
        assertThat(bucket.tryTake(limit, now)).isEqualTo(1); // a nanosecond too early
        now += 1;
        assertThat(bucket.tryTake(limit, now)).isZero();
        assertThat(bucket.tryTake(limit, now)).isEqualTo(SECOND / 100);
        now += SECOND;
        assertThat(taken(limit, 1000)).isEqualTo(100);
    }

    @Test
    void itNeverHoldsMoreThanItsBurst() {
        RateLimitConfig limit = limit(100, 7);
        taken(limit, 7);
        now += 3600 * SECOND;
        assertThat(taken(limit, 100)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 100, 999, 1000, 65_536, 700_001, 1_000_000})
    void overAnyTimeItLetsInTheBurstAndWhatFlowsInMeanwhile(int perSecond) {
        RateLimitConfig limit = limit(perSecond, 5);
        Random random = new Random(perSecond);
        long begin = now;
        long taken = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextLong(2 * SECOND / perSecond / 4 + 1);
            taken += taken(limit, 1);
            long each = Math.round((double) SECOND / perSecond);
            assertThat(taken).isLessThanOrEqualTo(5 + (now - begin) / each);
        }
        double flowed = (double) (now - begin) * perSecond / SECOND;
        assertThat((double) taken).isBetween(flowed * 0.999 - 1, flowed * 1.001 + 5); // there was always somebody
    }

    @Test
    void whoIsToldToWaitGetsATokenThen() {
        RateLimitConfig limit = limit(3, 4);
        Random random = new Random(4);
        for (int i = 0; i < 1000; i++) {
            now += random.nextLong(SECOND);
            long wait = bucket.tryTake(limit, now);
            if (wait > 0) {
                assertThat(bucket.tryTake(limit, now + wait - 1)).isEqualTo(1);
                now += wait;
                assertThat(bucket.tryTake(limit, now)).isZero();
            }
        }
    }

    @Test
    void ofALowerLimitItIsNoEmptierThanEmpty() {
        taken(limit(1, 1000), 1000); // full in 1,000 s
        assertThat(bucket.tryTake(limit(100, 10), now)).isEqualTo(SECOND / 100);
        now += SECOND / 20;
        assertThat(taken(limit(100, 10), 100)).isEqualTo(5);
    }

    @Test
    void tokensAreWhatCouldBeTaken() {
        RateLimitConfig limit = limit(10, 20);
        assertThat(bucket.tokens(limit, now)).isEqualTo(20);
        taken(limit, 15);
        assertThat(bucket.tokens(limit, now)).isEqualTo(5);
        now += SECOND / 20;
        assertThat(bucket.tokens(limit, now)).isEqualTo(5.5);
        now += 60 * SECOND;
        assertThat(bucket.tokens(limit, now)).isEqualTo(20);
    }

    @Test
    void threadsTakeEachTokenOnce() throws InterruptedException {
        RateLimitConfig limit = limit(1000, 10_000);
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(4);
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = Thread.ofPlatform().start(() -> {
                go.countDown();
                for (int i = 0; i < 20_000; i++) {
                    if (bucket.tryTake(limit, now + i * 1000L) == 0) { // in all 20 ms: 20 tokens more, 19 of them whole
                        taken.incrementAndGet();
                    }
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken.get()).isEqualTo(10_019);
    }
}
