package io.outrigger.proxy.route;

import io.outrigger.config.AccessLog;
import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.RouteConfig;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.exchange.Target;
import io.outrigger.filter.bulkhead.BulkheadMetrics;
import io.outrigger.filter.circuitbreaker.CircuitMetrics;
import io.outrigger.filter.concurrency.ConcurrencyMetrics;
import io.outrigger.filter.fallback.FallbackMetrics;
import io.outrigger.filter.fault.FaultMetrics;
import io.outrigger.filter.fault.LiveFaults;
import io.outrigger.filter.hedge.HedgeMetrics;
import io.outrigger.filter.idempotency.IdempotencyMetrics;
import io.outrigger.filter.observe.AccessRule;
import io.outrigger.filter.observe.Meters;
import io.outrigger.filter.observe.ObserveFilter;
import io.outrigger.filter.observe.RecentExchanges;
import io.outrigger.filter.ratelimit.RateLimitMetrics;
import io.outrigger.filter.retry.RetryMetrics;
import io.outrigger.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One exchange through the filters of a route, to an upstream that answers at once: all that happens but I/O and timers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ChainBenchmark {
    private static final Request REQUEST =
            new Request("GET", Target.of("/small"), Headers.of("Host", "orders"), Body.EMPTY);
    private static final Response OK = new Response(200, Headers.NONE, Body.EMPTY);

    @Param({"none", "usual", "many"})
    String policies;

    private final StillLoop loop = new StillLoop();
    private final Metrics metrics = new Metrics(1);
    private final Meters meters = new Meters(metrics);
    private final RecentExchanges recent = new RecentExchanges(1, 0);
    private Service chain;
    private Reply upstream; // of the exchange that is open

    @Setup
    public void compile() {
        Kept kept = Kept.none();
        LongUnaryOperator half = bound -> bound / 2;
        BufferBudget buffers = new BufferBudget(BufferBudget.DEFAULT_BYTES);
        Supplies supplies = new Supplies(
                kept,
                new Slos(kept, 1, loop::nanoTime),
                new Circuits(kept, new CircuitMetrics(metrics), name -> new TreeMap<>(), half, loop::nanoTime),
                new Bulkheads(kept, new BulkheadMetrics(metrics)),
                new RateLimits(kept, new RateLimitMetrics(metrics), name -> null, half, loop::nanoTime),
                new Faults(kept, new LiveFaults(new FaultMetrics(metrics)), true, meters, half),
                new Keys(kept, new IdempotencyMetrics(metrics), name -> null, buffers, buffers, half),
                buffers,
                buffers,
                new RetryMetrics(metrics),
                new ConcurrencyMetrics(metrics),
                new HedgeMetrics(metrics),
                new FallbackMetrics(metrics),
                half,
                loop::nanoTime,
                InstantSource.system());
        chain = new RouteChain(
                        route -> new ObserveFilter(
                                meters.route("bench", route.name()),
                                new AccessRule(AccessLog.Plain.ERRORS, _ -> 0),
                                (exchange, method, target, status, failure, now) -> {},
                                recent,
                                Duration.ofSeconds(1)),
                        (name, route) -> this::answer,
                        supplies)
                .compile(route());
    }

    private RouteConfig route() {
        String file = """
                listeners: [{name: in, address: "127.0.0.1:0"}]
                upstreams: {app: {endpoints: ["127.0.0.1:1"]}}
                routes: [{name: all, match: {}, upstream: app, %s}]
                """.formatted(
                        switch (policies) {
                            case "none" -> "timeout: off, retry: off";
                            case "usual" -> "timeout: {request: 10s, attempt: 5s}"; // besides the safe retries
                            default ->
                                "timeout: {request: 10s, attempt: 5s}, circuitBreaker: {}, bulkhead: {}, concurrency: {}";
                        });
        ReadResult read = ConfigReader.read("bench.yaml", file.getBytes(StandardCharsets.UTF_8), name -> null);
        if (read instanceof ReadResult.Ok ok) {
            return ok.config().routes().getFirst();
        }
        throw new IllegalStateException(read.toString());
    }

    private Reply answer(Exchange exchange, Request request) {
        Attempt attempt = new Attempt("127.0.0.1:1", exchange.nanoTime());
        exchange.begin(attempt);
        attempt.begin();
        attempt.sent(exchange.nanoTime());
        attempt.answered(200);
        upstream = new Reply(null);
        upstream.answer(OK);
        return upstream;
    }

    @Benchmark
    public Object exchange() {
        Exchange exchange = new Exchange(loop, loop.nanoTime(), Identity.of(1, 2, null, null));
        Reply reply = chain.send(exchange, REQUEST);
        reply.onAnswer(answer -> {});
        upstream.complete();
        if (!reply.ended()) {
            throw new IllegalStateException("the exchange has not ended");
        }
        return reply;
    }
}
