package io.outrigger.proxy.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ExperimentConfig;
import io.outrigger.config.Fault;
import io.outrigger.config.FaultConfig;
import io.outrigger.config.FaultMatch;
import io.outrigger.config.HaltConfig;
import io.outrigger.config.Share;
import io.outrigger.filter.fault.Experiment;
import io.outrigger.filter.fault.Experiments;
import io.outrigger.filter.fault.Experiments.Answer;
import io.outrigger.filter.fault.FaultMetrics;
import io.outrigger.filter.fault.LiveFaults;
import io.outrigger.filter.fault.RouteSight;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExperimentWatchTest {
    private static final RouteSight FINE = new RouteSight(OptionalDouble.empty(), false, Optional.of(false), 0);
    private static final RouteSight OPEN = new RouteSight(OptionalDouble.empty(), false, Optional.of(true), 1);

    private volatile Optional<RouteSight> route = Optional.of(FINE);
    private volatile @Nullable Error blind; // what looking comes to; null where it goes well
    private final Experiments experiments = new Experiments(
            new LiveFaults(new FaultMetrics(new Metrics(1))),
            _ -> sight(),
            _ -> _ -> true,
            System::nanoTime,
            InstantSource.system());
    private final ExperimentWatch watch = ExperimentWatch.over(experiments);

    @AfterEach
    void close() {
        watch.close();
    }

    private Optional<RouteSight> sight() {
        Error now = blind;
        if (now != null) {
            throw now;
        }
        return route;
    }

    private Experiment begun(String id, Duration lasts) {
        FaultConfig faults = new FaultConfig(
                new Share(5), false, FaultMatch.everything(), List.of(Fault.Plain.RESET), Optional.empty());
        HaltConfig halt = new HaltConfig(Optional.empty(), true, Optional.empty());
        Answer answer = experiments.begin(new ExperimentConfig(id, "charge", faults, lasts, Optional.empty(), halt));
        return ((Answer.Begun) answer).experiment();
    }

    private static Experiment.Ended awaitEnd(Experiment experiment) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (experiment.ended().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.onSpinWait();
        }
        return experiment.ended().orElseThrow();
    }

    private static boolean isThere() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("outrigger-experiments"));
    }

    private static void awaitThreadGone() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (isThere()) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    @Test
    void aConditionEndsItAndTheThreadGoesWithTheLast() {
        assertThat(isThere()).isFalse();
        Experiment experiment = begun("x", Duration.ofMinutes(1));
        assertThat(isThere()).isTrue();
        route = Optional.of(OPEN);
        Instant from = Instant.now();
        assertThat(awaitEnd(experiment).end()).isEqualTo(Experiment.End.CIRCUIT_OPEN);
        assertThat(awaitEnd(experiment).at()).isBefore(from.plusSeconds(1));
        awaitThreadGone();
    }

    @Test
    void whatBeginsWhenTheLastHasJustEndedIsWatchedToo() {
        for (int i = 0; i < 5; i++) {
            experiments.stop(begun("x" + i, Duration.ofMinutes(1)));
        }
        assertThat(awaitEnd(begun("last", Duration.ofSeconds(1))).end()).isEqualTo(Experiment.End.TIME);
        awaitThreadGone();
    }

    @Test
    void whatCannotBeWatchedEndsAndTheNextOneIsWatchedAgain() {
        Experiment experiment = begun("x", Duration.ofMinutes(1));
        blind = new OutOfMemoryError("unable to create native thread");
        assertThat(awaitEnd(experiment).end()).isEqualTo(Experiment.End.UNWATCHED);
        awaitThreadGone();
        blind = null;
        Experiment next = begun("y", Duration.ofMinutes(1));
        route = Optional.of(OPEN);
        assertThat(awaitEnd(next).end()).isEqualTo(Experiment.End.CIRCUIT_OPEN);
        awaitThreadGone();
    }

    @Test
    void itEndsAlsoWhenTheThreadCannotEvenBeginToLook() {
        watch.close();
        try (ExperimentWatch broken = ExperimentWatch.over(experiments, () -> {
            throw new OutOfMemoryError("no heap");
        })) {
            assertThat(awaitEnd(begun("x", Duration.ofMinutes(1))).end()).isEqualTo(Experiment.End.UNWATCHED);
            awaitThreadGone();
            assertThat(awaitEnd(begun("y", Duration.ofMinutes(1))).end())
                    .as("the next one, by %s", broken)
                    .isEqualTo(Experiment.End.UNWATCHED);
        }
        awaitThreadGone();
    }

    @Test
    void theEndOfTheProcessDoesNotWaitForOne() {
        begun("x", Duration.ofMinutes(1));
        watch.close();
        awaitThreadGone();
    }
}
