package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Decimal;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.WholeNumber;
import java.time.Duration;

/** When an endpoint that does worse than the others is left out, and for how long. Immutable. */
public record OutlierDetectionConfig(
        int consecutiveFailures,
        Duration interval,
        double deviation,
        int minRequests,
        Duration baseEjection,
        Duration maxEjection,
        Share maxEjected) {

    private static final Durations EJECTION = Durations.upTo(Duration.ofHours(24));

    private static final Key<Integer> CONSECUTIVE_FAILURES = Key.of(
                    "consecutiveFailures", WholeNumber.of(1, 1000), "Failures in a row that eject at once.")
            .or("5");
    private static final Key<Duration> INTERVAL = Key.of(
                    "interval",
                    Durations.wholeSecondsUpTo(Duration.ofHours(1)),
                    "How often success rates and latencies are compared.")
            .or("10s");
    private static final Key<Double> DEVIATION = Key.of(
                    "deviation",
                    Decimal.of(1, 100),
                    "How many robust deviations (1.4826 times the median deviation) from the others' median are too many.")
            .or("3.5");
    private static final Key<Integer> MIN_REQUESTS = Key.of(
                    "minRequests",
                    WholeNumber.of(1, 1_000_000),
                    "An endpoint with fewer requests in the interval is not compared.")
            .or("20");
    private static final Key<Duration> BASE_EJECTION = Key.of(
                    "baseEjection", EJECTION, "How long the first ejection lasts; the nth lasts n times that.")
            .or("30s");
    private static final Key<Duration> MAX_EJECTION =
            Key.of("maxEjection", EJECTION, "No ejection lasts longer.").or("5m");
    private static final Key<Share> MAX_EJECTED = Key.of(
                    "maxEjected",
                    Shares.ANY,
                    "Share of the endpoints that may be ejected at once; one of two always may.")
            .or("34%");

    static final Block<OutlierDetectionConfig> BLOCK = Block.of(
                    "When an endpoint that does worse than the others is left out, and for how long.",
                    v -> new OutlierDetectionConfig(
                            v.get(CONSECUTIVE_FAILURES),
                            v.get(INTERVAL),
                            v.get(DEVIATION),
                            v.get(MIN_REQUESTS),
                            v.get(BASE_EJECTION),
                            v.get(MAX_EJECTION),
                            v.get(MAX_EJECTED)),
                    CONSECUTIVE_FAILURES,
                    INTERVAL,
                    DEVIATION,
                    MIN_REQUESTS,
                    BASE_EJECTION,
                    MAX_EJECTION,
                    MAX_EJECTED)
            .example("""
                    consecutiveFailures: 3
                    baseEjection: 10s
                    maxEjected: 50%
                    """);

    public OutlierDetectionConfig {
        CONSECUTIVE_FAILURES.check(consecutiveFailures);
        INTERVAL.check(interval);
        DEVIATION.check(deviation);
        MIN_REQUESTS.check(minRequests);
        BASE_EJECTION.check(baseEjection);
        MAX_EJECTION.check(maxEjection);
    }
}
