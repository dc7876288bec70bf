package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.WholeNumber;
import java.time.Duration;
import java.util.List;

/** How endpoints are asked for their health, and how often they must agree before it counts. Immutable. */
public record HealthCheckConfig(
        String path, Duration interval, Duration timeout, int healthyAfter, int unhealthyAfter, StatusSet statuses) {

    private static final WholeNumber TIMES = WholeNumber.of(1, 1000);

    private static final Key<String> PATH =
            Key.of("path", HttpTexts.PATH, "What is asked for, with GET.").or("/healthz");
    private static final Key<Duration> INTERVAL = Key.of(
                    "interval", Durations.wholeSecondsUpTo(Duration.ofHours(1)), "Time between two checks.")
            .or("5s");
    private static final Key<Duration> TIMEOUT = Key.of(
                    "timeout", Durations.upTo(Duration.ofHours(1)), "How long an answer may take.")
            .or("1s");
    private static final Key<Integer> HEALTHY_AFTER = Key.of(
                    "healthyAfter", TIMES, "Good answers in a row that bring an endpoint back.")
            .or("2");
    private static final Key<Integer> UNHEALTHY_AFTER = Key.of(
                    "unhealthyAfter", TIMES, "Bad answers in a row that take an endpoint out.")
            .or("3");
    private static final Key<List<StatusSet.Range>> STATUSES =
            Key.of("statuses", Statuses.of(100, 599).list(1), "Good answers.").or("[200-299]");

    static final Block<HealthCheckConfig> BLOCK = Block.of(
                    "How endpoints are asked for their health, and how often they must agree before it counts.",
                    v -> new HealthCheckConfig(
                            v.get(PATH),
                            v.get(INTERVAL),
                            v.get(TIMEOUT),
                            v.get(HEALTHY_AFTER),
                            v.get(UNHEALTHY_AFTER),
                            StatusSet.of(v.get(STATUSES))),
                    PATH,
                    INTERVAL,
                    TIMEOUT,
                    HEALTHY_AFTER,
                    UNHEALTHY_AFTER,
                    STATUSES)
            .example("""
                    path: /healthz
                    interval: 5s
                    statuses: [200, 204]
                    """);

    public HealthCheckConfig {
        INTERVAL.check(interval);
        TIMEOUT.check(timeout);
        HEALTHY_AFTER.check(healthyAfter);
        UNHEALTHY_AFTER.check(unhealthyAfter);
    }
}
