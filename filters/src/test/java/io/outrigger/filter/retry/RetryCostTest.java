package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.outrigger.config.RetryConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.metrics.Metrics;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** What the filter costs a request that needs no retry and has no body: nearly all of them. */
class RetryCostTest {
    private static final int REQUESTS = 20_000;
    private static final long BYTES_MOST = 200;

    private final Exchange exchange = Exchanges.on(new ManualLoop());
    private final Request request = Exchanges.get();
    private final Response response = new Response(200, Headers.NONE, Body.EMPTY);
    private Reply waiting = new Reply(null);

    @Test
    void aRequestThatNeedsNoRetryCostsAFewSmallObjects() {
        Service upstream = (_, _) -> waiting = new Reply(null);
        RetryConfig config = RetryConfig.safe();
        RetryBudget budget = new RetryBudget(config.budget().orElseThrow(), exchange.nanoTime());
        RetryMeters meters = new RetryMetrics(new Metrics(1)).route("r");
        Service retried = new RetryFilter(
                        config, budget, new BufferBudget(0), meters, _ -> false, _ -> 0, InstantSource.system())
                .over(upstream);
        bytesPerRequest(upstream); // whatever is made once
        bytesPerRequest(retried);
        long cost = bytesPerRequest(retried) - bytesPerRequest(upstream);
        assertThat(cost).as("bytes per request").isBetween(1L, BYTES_MOST);
    }

    private long bytesPerRequest(Service service) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < REQUESTS; i++) {
            service.send(exchange, request);
            waiting.answer(response);
            waiting.complete();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / REQUESTS;
    }
}
