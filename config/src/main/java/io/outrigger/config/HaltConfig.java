package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Decimal;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Flag;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.WholeNumber;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When an experiment ends before its time. Immutable.
 *
 * @param burnRate how many times faster than promised the error budget may be used up
 * @param circuitOpen whether a circuit of the route that opens ends it
 */
public record HaltConfig(Optional<Double> burnRate, boolean circuitOpen, Optional<StatusCheck> statusCheck) {
    /** Something that has to stay well. Immutable. */
    public record StatusCheck(URI url, Duration interval, int failures) {
        private static final Key<URI> URL = Key.of(
                "url",
                Texts.uri("an http:// or https:// URL", List.of("http", "https")),
                "What is asked for, with GET; well is a status from 200 to 299 within a second.");
        private static final Key<Duration> INTERVAL = Key.of(
                        "interval", Durations.wholeSecondsUpTo(Duration.ofMinutes(1)), "Time between two checks.")
                .or("1s");
        private static final Key<Integer> FAILURES = Key.of(
                        "failures", WholeNumber.of(1, 100), "Bad answers in a row that end the experiment.")
                .or("3");

        static final Block<StatusCheck> BLOCK = Block.of(
                "Something that has to stay well.",
                v -> new StatusCheck(v.get(URL), v.get(INTERVAL), v.get(FAILURES)),
                URL,
                INTERVAL,
                FAILURES);

        public StatusCheck {
            Texts.checkHost("url", url);
            INTERVAL.check(interval);
            FAILURES.check(failures);
        }
    }

    private static final Key<Optional<Double>> BURN_RATE = Key.optional(
            "burnRate",
            Decimal.of(1, 100_000),
            "The error budget of the route's slo is used up so many times faster than promised, over five minutes.");
    private static final Key<Boolean> CIRCUIT_OPEN =
            Key.of("circuitOpen", Flag.FLAG, "A circuit of the route opens.").or("false");
    private static final Key<Optional<StatusCheck>> STATUS_CHECK =
            Key.optional("statusCheck", StatusCheck.BLOCK, "Something else is not well.");

    static final Block<HaltConfig> BLOCK = Block.of(
            "When it ends before its time: any of these is enough.",
            v -> new HaltConfig(v.get(BURN_RATE), v.get(CIRCUIT_OPEN), v.get(STATUS_CHECK)),
            BURN_RATE,
            CIRCUIT_OPEN,
            STATUS_CHECK);

    public HaltConfig {
        BURN_RATE.check(burnRate);
    }

    /** Nothing but its time ends it. */
    public static HaltConfig never() {
        return BLOCK.ofDefaults();
    }
}
