package io.outrigger.filter.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.CircuitBreakerConfig.Window;
import io.outrigger.exchange.Body;
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
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the filter costs a request that goes well. */
class CircuitBreakerCostTest {
    private static final int REQUESTS = 20_000;
    private static final long BYTES_MOST = 48;

    private final ManualLoop loop = new ManualLoop();
    private final Exchange exchange = Exchanges.on(loop);
    private final Request request = Exchanges.get();
    private final Response response = new Response(200, Headers.NONE, Body.EMPTY);
    private Reply waiting = new Reply(null);

    @Test
    void aCallThatGoesWellCostsOneSmallObject() {
        Service upstream = (_, _) -> waiting = new Reply(null);
        CircuitBreakerConfig config = CircuitConfigs.usual()
                .over(new Window.Time(Duration.ofSeconds(30)))
                .slow(Duration.ofSeconds(1), 80)
                .make();
        CircuitBreaker circuit = new CircuitBreaker("r", new Transitions(), _ -> 0, config, loop.nanoTime());
        Refusals refusals = new CircuitMetrics(new Metrics(1)).refusals("r");
        Service guarded = new CircuitBreakerFilter(config, circuit, refusals).over(upstream);
        bytesPerRequest(upstream); // whatever is made once
        bytesPerRequest(guarded);
        long cost = bytesPerRequest(guarded) - bytesPerRequest(upstream);
        assertThat(cost).as("bytes per request").isBetween(1L, BYTES_MOST);
        assertThat(circuit.report(loop.nanoTime()).calls()).isEqualTo(2 * REQUESTS);
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
