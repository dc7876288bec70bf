package io.outrigger.filter.fault;

import io.outrigger.config.ExperimentConfig;
import io.outrigger.config.FaultMatch;
import io.outrigger.config.key.Durations;
import io.outrigger.exchange.Request;
import io.outrigger.filter.fault.Experiment.End;
import io.outrigger.filter.fault.Experiment.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.logging.Logger;

/** The experiments that run, and the last ones that did. A restart forgets them. Shared by all loops. */
public final class Experiments {
    /** How many may run at once. */
    public static final int MOST_RUNNING = 16;

    private static final Logger LOG = Logger.getLogger(Experiments.class.getName());
    private static final int REMEMBERED = 64; // with those that run

    /** Whether an experiment has begun. Immutable. */
    public sealed interface Answer {
        record Begun(Experiment experiment) implements Answer {}

        /** What is asked for can never be, whatever happens. */
        record Wrong(String key, String why) implements Answer {}

        /** It cannot be now. */
        record NotNow(String why) implements Answer {}
    }

    private final LiveFaults live;
    private final Function<String, Optional<RouteSight>> routes;
    private final Function<FaultMatch, Predicate<Request>> matching;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final SequencedMap<String, Experiment> byId = new LinkedHashMap<>(); // in their order; guarded by this
    private boolean draining; // guarded by this
    private volatile Runnable begun = () -> {}; // is told that one has

    /** @param routes how each stands now; empty for one that is not there. From any thread, at once */
    public Experiments(
            LiveFaults live,
            Function<String, Optional<RouteSight>> routes,
            Function<FaultMatch, Predicate<Request>> matching,
            LongSupplier nanoTime,
            InstantSource clock) {
        this.live = live;
        this.routes = routes;
        this.matching = matching;
        this.nanoTime = nanoTime;
        this.clock = clock;
    }

    /** Is told whenever one has begun: {@link #look} is to be called five times a second from then on. */
    public void onBegun(Runnable told) {
        begun = told;
    }

    /** Begins one, from any thread. */
    public Answer begin(ExperimentConfig config) {
        Answer answer = tryBegin(config);
        if (answer instanceof Answer.Begun) {
            begun.run(); // without the lock, which is asked for from there
        }
        return answer;
    }

    private synchronized Answer tryBegin(ExperimentConfig config) {
        look();
        if (draining) {
            return new Answer.NotNow("the process is ending");
        }
        RouteSight route = routes.apply(config.route()).orElse(null);
        if (route == null) {
            return new Answer.Wrong("route", config.route() + " (expected: the name of a route)");
        }
        if (config.haltWhen().burnRate().isPresent() && route.burnRate().isEmpty()) {
            return new Answer.Wrong("haltWhen.burnRate", "without slo (expected: one on route " + config.route() + ")");
        }
        if (config.haltWhen().circuitOpen() && route.circuitOpen().isEmpty()) {
            return new Answer.Wrong(
                    "haltWhen.circuitOpen", "without circuitBreaker (expected: one on route " + config.route() + ")");
        }
        Experiment same = byId.get(config.id());
        if (same != null && same.ended().isEmpty()) {
            return new Answer.NotNow("experiment " + config.id() + " runs (expected: another id, or its end)");
        }
        if (running().size() >= MOST_RUNNING) {
            return new Answer.NotNow(MOST_RUNNING + " experiments run (expected: fewer)");
        }
        Reason already = Halts.of(config.haltWhen(), route, route.opened());
        if (already != null) {
            return new Answer.NotNow(already.why() + ": it would end at once");
        }
        Experiment experiment = experiment(config, route.opened());
        remember(experiment);
        experiment.begin();
        LOG.info(() -> "experiment " + config.id() + ": has begun on route " + config.route() + ": "
                + config.faults().words() + " for " + config.faults().percentage() + " of its attempts, for "
                + Durations.format(config.duration()));
        return new Answer.Begun(experiment);
    }

    private Experiment experiment(ExperimentConfig config, long opened) {
        Injection injection = Injection.forAWhile(
                config.id(),
                config.faults(),
                matching.apply(config.faults().match()),
                live.metrics().ofExperiment(config.route(), config.id()),
                nanoTime.getAsLong(),
                config.ramp().orElse(Duration.ZERO),
                config.duration());
        return new Experiment(config, injection, live.of(config.route()), opened, clock.instant());
    }

    private void remember(Experiment experiment) {
        byId.remove(experiment.config().id()); // which has ended
        byId.putLast(experiment.config().id(), experiment);
        for (Experiment old : List.copyOf(byId.sequencedValues())) {
            if (byId.size() > REMEMBERED && old.ended().isPresent()) {
                byId.remove(old.config().id());
                live.metrics().forget(old.config().id());
            }
        }
    }

    /** All that are remembered, the last one first. From any thread. */
    public synchronized List<Experiment> all() {
        return new ArrayList<>(byId.sequencedValues().reversed());
    }

    /** Those that run. From any thread. */
    public synchronized List<Experiment> running() {
        return byId.values().stream().filter(one -> one.ended().isEmpty()).toList();
    }

    /** The one of that id; empty when it is not remembered. From any thread. */
    public synchronized Optional<Experiment> get(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Ends one, unless it has ended. From any thread. */
    public void stop(Experiment experiment) {
        end(experiment, new Reason(End.STOPPED, "an operator has stopped it"));
    }

    /** Ends all, because nobody can tell any more when they have to. From any thread. */
    public void endUnwatched() {
        endAll(new Reason(End.UNWATCHED, "it cannot be watched any more"));
    }

    /** Ends all, and begins no other: what still comes is to be served. From any thread. */
    public void drain() {
        synchronized (this) {
            draining = true;
        }
        endAll(new Reason(End.DRAINING, "the process is ending"));
    }

    /** Ends those that have to. From any thread. */
    public void look() {
        for (Experiment experiment : running()) {
            String route = experiment.config().route();
            Reason reason = experiment.due(nanoTime.getAsLong(), routes.apply(route));
            if (reason != null) {
                end(experiment, reason);
            }
        }
    }

    private void endAll(Reason reason) {
        running().forEach(one -> end(one, reason));
    }

    private void end(Experiment experiment, Reason reason) {
        Instant at = clock.instant();
        if (experiment.end(reason, at)) {
            LOG.info(() -> "experiment " + experiment.config().id() + ": has ended, " + reason.why() + "; "
                    + experiment.injected() + " attempts of route "
                    + experiment.config().route() + " got faults");
        }
    }
}
