package io.outrigger.admin;

import io.netty.buffer.Unpooled;
import io.outrigger.admin.UpstreamView.CheckView;
import io.outrigger.admin.UpstreamView.EjectionView;
import io.outrigger.admin.UpstreamView.EndpointView;
import io.outrigger.config.AccessLog;
import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.LoggingConfig.Level;
import io.outrigger.config.ReadResult;
import io.outrigger.config.Share;
import io.outrigger.config.SloConfig;
import io.outrigger.config.StatusSet;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Reply;
import io.outrigger.filter.circuitbreaker.CircuitBreaker;
import io.outrigger.filter.circuitbreaker.RouteCircuits;
import io.outrigger.filter.circuitbreaker.Transitions;
import io.outrigger.filter.fault.Experiments;
import io.outrigger.filter.fault.FaultMetrics;
import io.outrigger.filter.fault.LiveFaults;
import io.outrigger.filter.fault.RouteSight;
import io.outrigger.filter.idempotency.Claim;
import io.outrigger.filter.idempotency.Digest;
import io.outrigger.filter.idempotency.Ending;
import io.outrigger.filter.idempotency.KeyId;
import io.outrigger.filter.idempotency.KeyTable;
import io.outrigger.filter.idempotency.Loss;
import io.outrigger.filter.idempotency.MemoryKeyStore;
import io.outrigger.filter.idempotency.RouteKeys;
import io.outrigger.filter.idempotency.WholeAnswer;
import io.outrigger.filter.observe.AccessLines;
import io.outrigger.filter.observe.AccessRule;
import io.outrigger.filter.observe.Meters;
import io.outrigger.filter.observe.ObserveFilter;
import io.outrigger.filter.observe.RecentExchanges;
import io.outrigger.filter.slo.ServiceLevel;
import io.outrigger.filter.slo.Slo;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A proxy that says what the test wants. */
final class FakeProxy implements ProxyView {
    volatile boolean started = true;
    volatile Optional<String> notReady = Optional.empty();
    volatile UnaryOperator<ReadResult> files = UnaryOperator.identity();
    volatile Optional<LogLevels> logLevels = Optional.of(new FakeLevels());
    volatile ReloadView reload = new ReloadView(
            Instant.parse("2026-01-02T03:04:05Z"), "0f1e", ReloadView.Result.IN_FORCE, List.of(), "routes: +charge");
    private final RouteCircuits circuits = circuits();
    private final RouteKeys keys = keys();
    private final Slo slo = new Slo(
            "charge",
            new SloConfig(
                    new Share(99.9),
                    Optional.of(new SloConfig.Latency(new Share(99), Duration.ofMillis(300))),
                    Duration.ofDays(30)),
            new ServiceLevel(1, 0),
            () -> 1);
    final Experiments experiments = new Experiments(
            new LiveFaults(new FaultMetrics(new Metrics(1))),
            route -> route.equals("charge")
                    ? Optional.of(new RouteSight(OptionalDouble.of(1), false, Optional.of(false), 0))
                    : Optional.empty(),
            _ -> _ -> true,
            () -> 1,
            () -> Instant.parse("2026-01-02T03:04:05Z"));
    final RecentExchanges recent = new RecentExchanges(1, 0);
    final List<FakeLoop> loops = List.of(new FakeLoop(0), new FakeLoop(1));

    FakeProxy() {
        Exchange exchange = new Exchange(new FakeLoop(0), 0, Identity.of(1, 10, null, null));
        Attempt attempt = new Attempt("10.0.0.1:8080", 1_000_000);
        exchange.route("charge");
        exchange.upstream("payments");
        exchange.begin(attempt);
        attempt.begin();
        attempt.sent(1_250_000);
        Failure why = Failure.of(Failure.Kind.RESET, "10.0.0.1:8080 ended the connection without a response");
        attempt.end(why, 3_000_000);
        exchange.note("retry", "again", "reset", 20_000_000);
        new ObserveFilter(
                        new Meters(new Metrics(1)).route("checkout", "charge"),
                        new AccessRule(AccessLog.Plain.OFF, _ -> 0),
                        AccessLines.NONE,
                        recent,
                        Duration.ofSeconds(1))
                .apply(exchange, Exchanges.get(), (_, _) -> Reply.failed(why));
    }

    /** One that was lost, and one with an answer. */
    private static RouteKeys keys() {
        KeyTable table = new KeyTable(new BufferBudget(Long.MAX_VALUE));
        RouteKeys keys = new RouteKeys("charge", "memory", new MemoryKeyStore(table, 1 << 20), Optional.of(table));
        WholeAnswer answer = new WholeAnswer(201, Headers.NONE, Unpooled.EMPTY_BUFFER, Headers.NONE);
        use(keys, "lost", new Ending.Unknown(Loss.CUT));
        use(keys, "done", new Ending.Answered(answer));
        return keys;
    }

    private static void use(RouteKeys keys, String key, Ending ending) {
        Digest nobody = Digest.of(new byte[Digest.LENGTH]);
        Duration time = Duration.ofMinutes(1);
        Claim claim = new Claim(new KeyId(keys.place(key), nobody), nobody, 1, time, time, Claim.Lost.HOLD);
        Loop loop = new FakeLoop(0);
        keys.store().claim(claim, loop, _ -> {});
        keys.store().finish(claim, ending, loop, _ -> {});
    }

    private static RouteCircuits circuits() {
        CircuitBreakerConfig config = new CircuitBreakerConfig(
                new CircuitBreakerConfig.Window.Calls(10),
                5,
                new Share(50),
                Optional.empty(),
                Optional.empty(),
                StatusSet.of(503),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                3,
                2,
                CircuitBreakerConfig.Scope.ROUTE);
        long now = System.nanoTime();
        CircuitBreaker circuit = new CircuitBreaker("route charge", new Transitions(), _ -> 0, config, now);
        return new RouteCircuits(config, List.of(circuit));
    }

    @Override
    public boolean started() {
        return started;
    }

    @Override
    public Optional<String> notReady() {
        return notReady;
    }

    @Override
    public ConfigView config() {
        return new ConfigView(
                Map.of("version", 1, "admin", Map.of("tokenFile", "***")),
                "0f1e",
                Instant.parse("2026-01-02T03:04:05Z"),
                List.of("outrigger.yaml:1:1: nothing"));
    }

    @Override
    public ReadResult withItsFiles(ReadResult read) {
        return files.apply(read);
    }

    @Override
    public List<ReloadView> reloads() {
        return List.of(reload);
    }

    @Override
    public Controls controls() {
        return new Controls() {
            @Override
            public void reload(Consumer<ReloadView> then) {
                then.accept(reload);
            }

            @Override
            public void drain() {
                notReady = Optional.of("draining");
            }
        };
    }

    @Override
    public List<RouteView> routes() {
        return List.of(
                new RouteView("charge", Map.of("upstream", "payments"), Optional.of("payments")),
                new RouteView("a b/c", Map.of(), Optional.empty()));
    }

    @Override
    public Map<String, Object> explain(String method, String url, List<String> headers) {
        Map<String, Object> step = Map.of("by", "retry", "does", "3 attempts", "settings", Map.of("attempts", 3));
        return Map.of(
                "request",
                method + " " + url + " " + headers,
                "listener",
                "outbound",
                "passed",
                List.of(Map.of("route", "a", "why", "method GET (expected: POST)")),
                "route",
                "charge",
                "steps",
                List.of(step));
    }

    @Override
    public Optional<RouteCircuits> circuits(String route) {
        return Optional.ofNullable(route.equals("charge") ? circuits : null);
    }

    @Override
    public Optional<Slo> slo(String route) {
        return route.equals("charge") ? Optional.of(slo) : Optional.empty();
    }

    @Override
    public Optional<RouteKeys> keys(String route) {
        return Optional.ofNullable(route.equals("charge") ? keys : null);
    }

    @Override
    public Experiments experiments() {
        return experiments;
    }

    @Override
    public List<UpstreamView> upstreams() {
        return List.of(new UpstreamView(
                "payments",
                Map.of("balance", "leastRequest"),
                4,
                true,
                List.of("payments"),
                List.of(new EndpointView(
                        "10.0.0.1:8080",
                        "payments.internal:8080",
                        2,
                        3,
                        false,
                        Optional.of(new EjectionView("latency", Instant.EPOCH, 2)),
                        Optional.of(new CheckView(true, "status 200", Optional.of(Instant.EPOCH), 0))))));
    }

    @Override
    public RecentExchanges recent() {
        return recent;
    }

    @Override
    public Optional<LogLevels> logLevels() {
        return logLevels;
    }

    @Override
    public List<FakeLoop> loops() {
        return loops;
    }

    /** Levels that nobody logs by. */
    static final class FakeLevels implements LogLevels {
        private Level override; // null where the configured one counts

        @Override
        public synchronized Level inForce() {
            return override == null ? Level.WARN : override;
        }

        @Override
        public Level configured() {
            return Level.WARN;
        }

        @Override
        public synchronized void override(Level level) {
            override = level;
        }

        @Override
        public synchronized void endOverride() {
            override = null;
        }
    }

    /** Runs tasks at once, or holds them back. */
    static final class FakeLoop implements Loop {
        private final int index;
        private boolean stuck;
        private final List<Runnable> held = new ArrayList<>();

        FakeLoop(int index) {
            this.index = index;
        }

        synchronized void stick() {
            stuck = true;
        }

        /** Runs what was held back. */
        synchronized void turn() {
            stuck = false;
            held.forEach(Runnable::run);
            held.clear();
        }

        synchronized int tasks() {
            return held.size();
        }

        @Override
        public synchronized void execute(Runnable task) {
            if (stuck) {
                held.add(task);
            } else {
                task.run();
            }
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public long nanoTime() {
            return 23_000_000; // the clock stands still
        }

        @Override
        public Timer after(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException("no timers here");
        }

        @Override
        public boolean inLoop() {
            return true;
        }
    }
}
