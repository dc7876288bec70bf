package io.outrigger.filter.fault;

import io.outrigger.config.ExperimentConfig;
import io.outrigger.config.HaltConfig.StatusCheck;
import io.outrigger.config.key.Durations;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Faults for a time, and what has become of them. Shared by all loops. */
public final class Experiment {
    /** What has ended an experiment. Immutable. */
    public enum End {
        /** Its time was over. */
        TIME,
        /** An operator did. */
        STOPPED,
        BURN_RATE,
        CIRCUIT_OPEN,
        STATUS_CHECK,
        /** The route has used up its error budget, whether or not anybody asked for that. */
        BUDGET_SPENT,
        /** There is no such route any more. */
        ROUTE_GONE,
        /** What was to end it cannot be told any more. */
        UNWATCHED,
        /** The process ends, and serves what still comes as well as it can. */
        DRAINING;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** Such as {@code burn_rate}. */
        public String label() {
            return label;
        }
    }

    /** Why an experiment has ended, or has to. Immutable. */
    record Reason(End end, String why) {}

    /** How an experiment has ended. Immutable. */
    public record Ended(End end, String why, Instant at) {}

    private final ExperimentConfig config;
    private final Injection injection;
    private final RouteFaults faults;
    private final long openedBefore; // circuits of the route, when it began
    private final Instant startedAt;
    private volatile @Nullable Ended ended; // null while it runs; set once, under the lock
    private volatile int badChecks; // in a row; written by one thread
    private volatile String lastCheck = ""; // likewise

    Experiment(ExperimentConfig config, Injection injection, RouteFaults faults, long openedBefore, Instant startedAt) {
        this.config = config;
        this.injection = injection;
        this.faults = faults;
        this.openedBefore = openedBefore;
        this.startedAt = startedAt;
    }

    public ExperimentConfig config() {
        return config;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** When its time is over. */
    public Instant endsAt() {
        return startedAt.plus(config.duration());
    }

    /** How it has ended; empty while it runs. */
    public Optional<Ended> ended() {
        return Optional.ofNullable(ended);
    }

    /** How many attempts got faults. */
    public long injected() {
        return injection.hits();
    }

    /** How many of these have not ended. */
    public int underWay() {
        return injection.underWay();
    }

    /** Takes what came of a status check. To be called from one thread at a time. */
    public void checked(boolean well, String what) {
        lastCheck = what;
        badChecks = well ? 0 : badChecks + 1;
    }

    /** What came of the last status check, for people; empty before that. */
    public String lastCheck() {
        return lastCheck;
    }

    void begin() {
        faults.add(injection);
    }

    /** Ends it, and tells whether this was it that did. */
    synchronized boolean end(Reason reason, Instant at) {
        if (ended != null) {
            return false;
        }
        injection.stop();
        faults.remove(injection);
        ended = new Ended(reason.end, reason.why, at);
        return true;
    }

    /** Why it has to end, as things are now; null when it may go on. The route's sight is empty where that is gone. */
    @Nullable
    Reason due(long now, Optional<RouteSight> route) {
        if (route.isEmpty() || faults.gone()) {
            return new Reason(End.ROUTE_GONE, "there is no route " + config.route() + " any more");
        }
        Reason halt = Halts.of(config.haltWhen(), route.get(), openedBefore);
        if (halt != null) {
            return halt;
        }
        int bad = badChecks;
        if (config.haltWhen().statusCheck().map(StatusCheck::failures).orElse(Integer.MAX_VALUE) <= bad) {
            return new Reason(End.STATUS_CHECK, "bad answers in a row: " + bad + ", the last: " + lastCheck);
        }
        return injection.over(now)
                ? new Reason(End.TIME, "its " + Durations.format(config.duration()) + " were over")
                : null;
    }
}
