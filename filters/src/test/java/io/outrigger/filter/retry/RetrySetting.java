package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.BudgetConfig;
import io.outrigger.config.RetryConfig;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A route that retries everything there is, three attempts in all, without chance; and that nothing is left after a test. */
abstract class RetrySetting {
    static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");

    final ManualLoop loop = new ManualLoop();
    final Exchange exchange = Exchanges.on(loop);
    final FakeUpstream upstream = new FakeUpstream();
    final Chunks chunks = new Chunks();
    final BufferBudget buffers = new BufferBudget(10_000);
    boolean circuitOpen;
    Reply last = Reply.failed(GONE);
    Request lastSent = Exchanges.get();

    private final BudgetConfig tokens = RetryConfigs.all().budget().orElseThrow();
    private final RetryBudget budget = new RetryBudget(tokens, loop.nanoTime());
    private final Metrics metrics = new Metrics(1);
    private final RetryMeters meters = new RetryMetrics(metrics).route("charge");

    @AfterEach
    void nothingIsLeft() {
        assertThat(chunks.held()).as("buffers").isZero();
        assertThat(buffers.takenBytes()).as("bytes of the budget").isZero();
        assertThat(loop.pending()).as("timers").isZero();
    }

    Told send(Request request) {
        return send(RetryConfigs.all(), request);
    }

    Told send(RetryConfig config, Request request) {
        return send(config, upstream, request);
    }

    Told send(Service next, Request request) {
        return send(RetryConfigs.all(), next, request);
    }

    private Told send(RetryConfig config, Service next, Request request) {
        RetryFilter filter = new RetryFilter(
                config,
                budget,
                buffers,
                meters,
                _ -> circuitOpen,
                _ -> 0,
                InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
        lastSent = request;
        last = filter.over(next).send(exchange, request);
        return Told.by(last);
    }

    void spendBudget() {
        while (budget.tryTake(tokens, loop.nanoTime())) {
            assertThat(budget.tokens(tokens, loop.nanoTime())).isNotNegative();
        }
    }

    /** What was counted so far: {@code denied budget 1}. */
    List<String> counted() {
        List<String> counted = new ArrayList<>();
        for (Family<?> family : metrics.families()) {
            String name = family.name().contains("denied") ? "denied" : "retries";
            family.series().forEach((labels, series) -> {
                if (series instanceof Counter counter && counter.total() > 0) {
                    counted.add(name + " " + labels.get(1) + " " + counter.total());
                }
            });
        }
        return counted;
    }
}
