package io.outrigger.filter.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ExperimentConfig;
import io.outrigger.config.Fault;
import io.outrigger.config.FaultConfig;
import io.outrigger.config.FaultMatch;
import io.outrigger.config.HaltConfig;
import io.outrigger.config.HaltConfig.StatusCheck;
import io.outrigger.config.Share;
import io.outrigger.filter.fault.Experiment.End;
import io.outrigger.filter.fault.Experiments.Answer;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Experiments as arithmetic: what begins, what goes on, and what ends them. */
class ExperimentsTest {
    private static final RouteSight FINE = new RouteSight(OptionalDouble.of(1), false, Optional.of(false), 3);
    private static final RouteSight BARE = new RouteSight(OptionalDouble.empty(), false, Optional.empty(), 0);
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private final Metrics metrics = new Metrics(1);
    private final LiveFaults live = new LiveFaults(new FaultMetrics(metrics));
    private final Map<String, RouteSight> routes = new HashMap<>(Map.of("charge", FINE, "bare", BARE));
    private long now = 7;
    private final Experiments experiments = new Experiments(
            live,
            route -> Optional.ofNullable(routes.get(route)),
            _ -> _ -> true,
            () -> now,
            () -> START.plusNanos(now - 7));

    private static ExperimentConfig config(String id, String route, HaltConfig halt) {
        FaultConfig faults = new FaultConfig(
                new Share(20), false, FaultMatch.everything(), List.of(new Fault.Abort(503)), Optional.empty());
        return new ExperimentConfig(id, route, faults, Duration.ofMinutes(10), Optional.empty(), halt);
    }

    private static HaltConfig at(double burnRate) {
        return new HaltConfig(Optional.of(burnRate), false, Optional.empty());
    }

    private static HaltConfig onOpenCircuit() {
        return new HaltConfig(Optional.empty(), true, Optional.empty());
    }

    private static HaltConfig onBadChecks(int failures) {
        return new HaltConfig(
                Optional.empty(),
                false,
                Optional.of(new StatusCheck(URI.create("http://a"), Duration.ofSeconds(1), failures)));
    }

    private Experiment begun(String id, HaltConfig halt) {
        return begun(config(id, "charge", halt));
    }

    private Experiment begun(ExperimentConfig config) {
        Answer answer = experiments.begin(config);
        assertThat(answer).isInstanceOf(Answer.Begun.class);
        return ((Answer.Begun) answer).experiment();
    }

    private String refused(ExperimentConfig config) {
        return switch (experiments.begin(config)) {
            case Answer.Begun begun -> throw new AssertionError(begun);
            case Answer.Wrong wrong -> "wrong " + wrong.key() + ": " + wrong.why();
            case Answer.NotNow not -> "not now: " + not.why();
        };
    }

    /** How it has ended after the next look; {@code runs} when it has not. */
    private String after(Experiment experiment) {
        experiments.look();
        boolean injects = List.of(live.of(experiment.config().route()).running()).stream()
                .anyMatch(one -> one.name().equals(experiment.config().id()) && !one.over(now));
        assertThat(injects).isEqualTo(experiment.ended().isEmpty());
        return experiment
                .ended()
                .map(end -> end.end().label() + ": " + end.why())
                .orElse("runs");
    }

    private Set<String> series() {
        Family<?> injected = metrics.families().getFirst();
        return Set.copyOf(injected.series().keySet().stream()
                .map(labels -> String.join("/", labels))
                .toList());
    }

    @Test
    void itEndsByItself() {
        Experiment experiment = begun("x", HaltConfig.never());
        assertThat(experiment.endsAt()).isEqualTo(START.plus(Duration.ofMinutes(10)));
        now += Duration.ofMinutes(10).toNanos() - 1;
        assertThat(after(experiment)).isEqualTo("runs");
        now += 1;
        assertThat(after(experiment)).isEqualTo("time: its 10m were over");
        assertThat(experiment.ended().orElseThrow().at()).isEqualTo(START.plus(Duration.ofMinutes(10)));
    }

    @Test
    void anOperatorStopsItOnce() {
        Experiment experiment = begun("x", HaltConfig.never());
        experiments.stop(experiment);
        assertThat(after(experiment)).isEqualTo("stopped: an operator has stopped it");
        Instant at = experiment.ended().orElseThrow().at();
        now += 1_000_000_000;
        experiments.stop(experiment);
        assertThat(experiment.ended().orElseThrow().at()).isEqualTo(at);
    }

    @Test
    void theBurnRateEndsIt() {
        Experiment experiment = begun("x", at(14.4));
        routes.put("charge", new RouteSight(OptionalDouble.of(14.39), false, Optional.of(false), 3));
        assertThat(after(experiment)).isEqualTo("runs");
        routes.put("charge", new RouteSight(OptionalDouble.of(14.4), false, Optional.of(false), 3));
        assertThat(after(experiment)).isEqualTo("burn_rate: burn rate 14.4 (expected: less than 14.4)");
    }

    @Test
    void anOpenCircuitEndsIt() {
        Experiment experiment = begun("x", onOpenCircuit());
        Experiment other = begun("y", HaltConfig.never());
        assertThat(after(experiment)).isEqualTo("runs");
        routes.put("charge", new RouteSight(OptionalDouble.of(1), false, Optional.of(true), 4));
        assertThat(after(experiment)).isEqualTo("circuit_open: a circuit is open");
        assertThat(after(other)).as("nobody asked").isEqualTo("runs");
    }

    @Test
    void aCircuitThatHasOpenedAndClosedBetweenTwoLooksEndsItToo() {
        Experiment experiment = begun("x", onOpenCircuit());
        routes.put("charge", new RouteSight(OptionalDouble.of(1), false, Optional.of(false), 4));
        assertThat(after(experiment)).isEqualTo("circuit_open: a circuit is open");
    }

    @Test
    void badChecksInARowEndIt() {
        Experiment experiment = begun("x", onBadChecks(2));
        experiment.checked(false, "status 500");
        assertThat(after(experiment)).isEqualTo("runs");
        experiment.checked(true, "status 200");
        experiment.checked(false, "status 500");
        assertThat(after(experiment)).isEqualTo("runs");
        experiment.checked(false, "no answer within a second");
        assertThat(after(experiment))
                .isEqualTo("status_check: bad answers in a row: 2, the last: no answer within a second");
    }

    @Test
    void aSpentBudgetEndsAndForbidsAllOfTheRoute() {
        Experiment experiment = begun("x", HaltConfig.never());
        routes.put("charge", new RouteSight(OptionalDouble.of(1), true, Optional.of(false), 3));
        assertThat(after(experiment)).isEqualTo("budget_spent: nothing of the error budget is left");
        assertThat(refused(config("y", "charge", HaltConfig.never())))
                .isEqualTo("not now: nothing of the error budget is left: it would end at once");
        begun(config("z", "bare", HaltConfig.never()));
    }

    @Test
    void aRouteThatGoesEndsItAlsoWhenOneOfItsNameComes() {
        Experiment experiment = begun("x", HaltConfig.never());
        live.retain(Set.of("charge", "bare"), Set.of());
        assertThat(after(experiment)).as("a reload").isEqualTo("runs");
        live.retain(Set.of("bare"), Set.of());
        live.retain(Set.of("bare", "charge"), Set.of());
        assertThat(after(experiment)).isEqualTo("route_gone: there is no route charge any more");
        Experiment bare = begun(config("y", "bare", HaltConfig.never()));
        routes.remove("bare");
        assertThat(after(bare)).isEqualTo("route_gone: there is no route bare any more");
    }

    @Test
    void whatCannotBeWatchedAnyMoreEnds() {
        Experiment burning = begun("x", at(14.4));
        Experiment open = begun("y", onOpenCircuit());
        routes.put("charge", BARE);
        assertThat(after(burning)).isEqualTo("unwatched: burnRate: the route has no slo any more");
        assertThat(after(open)).isEqualTo("unwatched: circuitOpen: the route has no circuitBreaker any more");
    }

    @Test
    void whatCanNeverBeIsWrong() {
        assertThat(refused(config("x", "nowhere", HaltConfig.never())))
                .isEqualTo("wrong route: nowhere (expected: the name of a route)");
        assertThat(refused(config("x", "bare", at(14.4))))
                .isEqualTo("wrong haltWhen.burnRate: without slo (expected: one on route bare)");
        assertThat(refused(config("x", "bare", onOpenCircuit())))
                .isEqualTo("wrong haltWhen.circuitOpen: without circuitBreaker (expected: one on route bare)");
        assertThat(experiments.all()).isEmpty();
        assertThat(series()).isEmpty();
    }

    @Test
    void whatWouldEndAtOnceDoesNotBegin() {
        routes.put("charge", new RouteSight(OptionalDouble.of(20), false, Optional.of(true), 3));
        assertThat(refused(config("x", "charge", at(14.4))))
                .isEqualTo("not now: burn rate 20.0 (expected: less than 14.4): it would end at once");
        assertThat(refused(config("x", "charge", onOpenCircuit())))
                .isEqualTo("not now: a circuit is open: it would end at once");
    }

    @Test
    void anIdIsTakenAsLongAsItRuns() {
        Experiment first = begun("x", HaltConfig.never());
        assertThat(refused(config("x", "bare", HaltConfig.never())))
                .isEqualTo("not now: experiment x runs (expected: another id, or its end)");
        now += Duration.ofMinutes(10).toNanos();
        Experiment second = begun(config("x", "bare", HaltConfig.never()));
        assertThat(first.ended().orElseThrow().end()).isEqualTo(End.TIME);
        assertThat(experiments.all()).containsExactly(second);
        assertThat(experiments.get("x")).contains(second);
        assertThat(series()).containsExactly("bare/x");
    }

    @Test
    void onlySoManyRunAtOnce() {
        for (int i = 0; i < Experiments.MOST_RUNNING; i++) {
            begun("x" + i, HaltConfig.never());
        }
        assertThat(refused(config("y", "charge", HaltConfig.never())))
                .isEqualTo("not now: 16 experiments run (expected: fewer)");
        experiments.stop(experiments.get("x7").orElseThrow());
        begun("y", HaltConfig.never());
    }

    @Test
    void theOldestThatHaveEndedAreForgotten() {
        Experiment running = begun("first", HaltConfig.never());
        for (int i = 0; i < 100; i++) {
            experiments.stop(begun("x" + i, HaltConfig.never()));
        }
        assertThat(experiments.all()).hasSize(64).contains(running);
        assertThat(experiments.all().getFirst().config().id()).isEqualTo("x99");
        assertThat(experiments.get("x0")).isEmpty();
        assertThat(series()).hasSize(64).contains("charge/first", "charge/x99");
    }

    @Test
    void itCountsWhatItDid() {
        Experiment experiment = begun("x", HaltConfig.never());
        FaultSetting setting = new FaultSetting();
        FaultFilter filter = new FaultFilter(live.of("charge"), null, "app", FaultSetting.IDLE, (_, _) -> {}, _ -> 0);
        now = setting.loop.nanoTime();
        assertThat(experiment.injected()).isZero();
        filter.apply(setting.exchange, Exchanges.get(), setting.upstream);
        assertThat(experiment.injected()).isEqualTo(1);
        assertThat(experiment.underWay()).isEqualTo(1);
        experiments.stop(experiment);
        filter.apply(setting.exchange, Exchanges.get(), setting.upstream);
        assertThat(setting.upstream.calls()).isEqualTo(1);
        assertThat(experiment.injected()).isEqualTo(1);
    }

    @Test
    void aProcessThatEndsHasNone() {
        Experiment experiment = begun("x", HaltConfig.never());
        experiments.drain();
        assertThat(after(experiment)).isEqualTo("draining: the process is ending");
        assertThat(refused(config("y", "charge", HaltConfig.never()))).isEqualTo("not now: the process is ending");
    }

    @Test
    void whoWatchesIsToldOfEach() {
        int[] told = {0};
        experiments.onBegun(() -> told[0]++);
        begun("x", HaltConfig.never());
        refused(config("x", "charge", HaltConfig.never()));
        begun("y", HaltConfig.never());
        assertThat(told[0]).isEqualTo(2);
    }
}
