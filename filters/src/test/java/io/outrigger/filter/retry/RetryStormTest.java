package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.RetryConfig;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.filter.timeout.AttemptTimeoutFilter;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An upstream that can do 20 requests a second gets 8, then 40 for ten seconds, then 8 again. Attempts have 750 ms, and
 * there are three: 24 a second when all fail, which is more than it can do. Whoever sent more than that is gone, and it
 * stays down; such a state is called metastable (Bronson et al., Metastable Failures in Distributed Systems, 2021).
 */
class RetryStormTest {
    private static final int CALM_SECONDS = 20;
    private static final int BURST_SECONDS = 10;
    private static final int AFTER_SECONDS = 120;
    private static final int SECONDS = CALM_SECONDS + BURST_SECONDS + AFTER_SECONDS;
    private static final int BURST_OVER = CALM_SECONDS + BURST_SECONDS;

    private final ManualLoop loop = new ManualLoop();
    private final int[] sent = new int[SECONDS]; // by the second in which they began
    private final int[] failed = new int[SECONDS];

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void withItsBudgetItIsWellAgainAtOnce(long seed) {
        run(RetryConfigs.usual(true), false, seed);
        assertThat(errors(CALM_SECONDS, BURST_OVER)).as("in the burst").isGreaterThan(0.9);
        assertThat(errors(BURST_OVER + 2, SECONDS)).as("from 2 s after it").isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void withoutABudgetItStaysDown(long seed) {
        run(RetryConfigs.usual(false), false, seed);
        assertThat(errors(BURST_OVER + 30, SECONDS)).as("from 30 s after it").isGreaterThan(0.9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void anUpstreamThatWorksOnForThoseWhoHaveLeftHasToDoThatFirst(long seed) {
        run(RetryConfigs.usual(true), true, seed);
        assertThat(errors(BURST_OVER, BURST_OVER + 15))
                .as("of what the burst has left")
                .isGreaterThan(0.9);
        assertThat(errors(BURST_OVER + 24, SECONDS)).as("from 24 s after it").isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void withoutABudgetAnUpstreamThatWorksOnStaysDown(long seed) {
        run(RetryConfigs.usual(false), true, seed);
        assertThat(errors(BURST_OVER + 30, SECONDS)).as("from 30 s after it").isGreaterThan(0.9);
    }

    private void run(RetryConfig config, boolean worksOn, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SlowingUpstream upstream = new SlowingUpstream(loop, 20, worksOn);
        RetryBudget budget = new RetryBudget(RetryConfigs.all().budget().orElseThrow(), loop.nanoTime());
        RetryFilter retry = new RetryFilter(
                config,
                budget,
                new BufferBudget(0),
                new RetryMetrics(new Metrics(1)).route("charge"),
                _ -> false,
                random::nextLong,
                InstantSource.system());
        Service service = retry.over(new AttemptTimeoutFilter(Duration.ofMillis(750)).over(upstream));
        int first = 0;
        for (int second = 0; second < SECONDS; second++) {
            int load = second >= CALM_SECONDS && second < BURST_OVER ? 40 : 8;
            for (int i = 0; i < load; i++) {
                send(service, second);
                first++;
                loop.advance(Duration.ofSeconds(1).dividedBy(load));
            }
            if (config.budget().isPresent()) {
                double paid = 0.2 * first + 3 * (second + 1) + 3; // which a fresh budget holds
                assertThat((double) upstream.received() - first).isLessThanOrEqualTo(paid);
            }
        }
        loop.advance(Duration.ofSeconds(10));
    }

    private void send(Service service, int second) {
        sent[second]++;
        Exchange exchange = Exchanges.on(loop);
        service.send(exchange, Exchanges.get()).onAnswer(answer -> {
            if (!(answer instanceof Response)) {
                failed[second]++;
            }
        });
    }

    /** The share of failures among the requests that began in these seconds. */
    private double errors(int from, int to) {
        int all = 0;
        int bad = 0;
        for (int second = from; second < to; second++) {
            all += sent[second];
            bad += failed[second];
        }
        return bad / (double) all;
    }
}
