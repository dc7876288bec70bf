package io.outrigger.filter.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ConcurrencyConfig;
import io.outrigger.config.ConcurrencyConfig.Algorithm;
import io.outrigger.fixtures.Crowd;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One limit, and several threads that come as loops do. */
class ConcurrencyLimitThreadsTest {
    @Test
    void neverMoreAreInThanTheLimitWasAtMostAndNobodyStays() throws Exception {
        ConcurrencyConfig config = new ConcurrencyConfig(Algorithm.GRADIENT, 2, 3);
        ConcurrencyLimit limit = new ConcurrencyLimit(config, 0);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicLong clock = new AtomicLong();
        Crowd.of(4, thread -> {
            for (int i = 0; i < 100_000; i++) {
                int place = limit.tryEnter(config, Priorities.share(Priorities.NONE));
                if (place == 0) {
                    refused.incrementAndGet();
                    continue;
                }
                assertThat(inside.incrementAndGet()).isBetween(1, 3);
                long now = clock.addAndGet(1_000_000);
                limit.sample(config, 1_000_000, now - 1_000_000, place, now);
                inside.decrementAndGet();
                limit.leave();
            }
        });
        assertThat(refused).as("they have met").hasPositiveValue();
        assertThat(limit.inFlight()).isZero();
        assertThat(limit.limit()).isBetween(2, 3);
    }
}
