package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.Text;
import java.time.Duration;
import java.util.Optional;

/**
 * Faults for a time, as the admin port is asked for them; no part of the file. Immutable.
 *
 * @param ramp until the whole share is hit; empty when it is from the start on
 */
public record ExperimentConfig(
        String id, String route, FaultConfig faults, Duration duration, Optional<Duration> ramp, HaltConfig haltWhen) {
    private static final Durations TIME = Durations.wholeSecondsUpTo(Duration.ofHours(1));

    private static final Key<String> ID =
            Key.of("id", Texts.NAME, "Its name, in metrics, logs and URLs; of its own among those that run.");
    private static final Key<String> ROUTE = Key.of(
            "route",
            Text.matching("the name of a route", text -> !text.isEmpty() && text.length() <= 256),
            "Whose attempts are hit.");
    private static final Key<Duration> DURATION = Key.of("duration", TIME, "When it ends by itself.");
    private static final Key<Optional<Duration>> RAMP =
            Key.optional("ramp", TIME, "The share grows from 0 to percentage in this time.");
    private static final Key<HaltConfig> HALT_WHEN = Key.of(
                    "haltWhen", HaltConfig.BLOCK, "When it ends before its time.")
            .or("{}");

    /** What is sent to begin one. */
    public static final Block<ExperimentConfig> BLOCK = Block.of(
                    "Faults for a time.",
                    v -> new ExperimentConfig(
                            v.get(ID), v.get(ROUTE), FaultConfig.of(v), v.get(DURATION), v.get(RAMP), v.get(HALT_WHEN)),
                    ID,
                    ROUTE,
                    DURATION,
                    RAMP,
                    HALT_WHEN)
            .and(FaultConfig.KEYS);

    public ExperimentConfig {
        DURATION.check(duration);
        RAMP.check(ramp);
        Rejected.unless(
                ramp.isEmpty() || ramp.get().compareTo(duration) <= 0,
                "ramp",
                ramp.map(Durations::format).orElse(""),
                "at most duration, " + Durations.format(duration));
    }
}
