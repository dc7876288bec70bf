package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Flag;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.Values;
import io.outrigger.config.key.WholeNumber;
import io.outrigger.config.key.Word;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Faults that a test environment injects into a route. Immutable. */
public record FaultConfig(
        Share percentage, boolean force, MatchConfig match, List<Fault> fault, Optional<Integer> maxConcurrent) {
    private static final Share MOST_UNFORCED = new Share(20);

    private static final Key<Share> PERCENTAGE =
            Key.of("percentage", Shares.ANY, "Share of the exchanges that get them; above 20% only with force.");
    private static final Key<Boolean> FORCE =
            Key.of("force", Flag.FLAG, "Allows more than 20%.").or("false");
    private static final Key<MatchConfig> MATCH = Key.of(
                    "match", MatchConfig.BLOCK, "Only these of the route's requests.")
            .or("{}");
    private static final Key<List<Fault>> FAULT = Key.of("fault", Fault.Keys.BLOCK.list(1), "What happens to them.");
    private static final Key<Optional<Integer>> MAX_CONCURRENT =
            Key.optional("maxConcurrent", WholeNumber.of(1, 1_000_000), "No more exchanges than that are hit at once.");

    static final Block<FaultConfig> BLOCK = Block.of(
                    "Faults to inject into a route, for test environments.",
                    v -> new FaultConfig(
                            v.get(PERCENTAGE), v.get(FORCE), v.get(MATCH), v.get(FAULT), v.get(MAX_CONCURRENT)),
                    PERCENTAGE,
                    FORCE,
                    MATCH,
                    FAULT,
                    MAX_CONCURRENT)
            .example("""
                    percentage: 5%
                    fault: [{latency: 500ms, jitter: 100ms}]
                    """);

    public FaultConfig {
        fault = List.copyOf(fault);
        Rejected.unless(
                force || percentage.compareTo(MOST_UNFORCED) <= 0, "percentage", percentage, "at most 20%, or force");
        MAX_CONCURRENT.check(maxConcurrent);
    }

    /** Immutable. */
    public sealed interface Fault {
        record Latency(Duration latency, Duration jitter) implements Fault {}

        record Abort(int status) implements Fault {}

        /** Those that need no more said. */
        enum Plain implements Fault {
            RESET,
            BLACKHOLE
        }

        /** The response ends after this share of its body. */
        record Truncate(Share share) implements Fault {}

        record Throttle(DataSize perSecond) implements Fault {}

        /** How the file says it. */
        final class Keys {
            private static final Durations TIME = Durations.upTo(Duration.ofHours(1));

            private static final Key<Optional<Duration>> LATENCY =
                    Key.optional("latency", TIME, "The answer comes that much later.");
            private static final Key<Optional<Duration>> JITTER =
                    Key.optional("jitter", TIME, "With latency: up to that much more.");
            private static final Key<Optional<Fault>> ABORT =
                    Key.optional("abort", WholeNumber.of(400, 599).map(Abort::new), "Is answered with this status.");
            private static final Key<Optional<Fault>> RESET =
                    Key.optional("reset", Word.<Fault>of(Map.of("true", Plain.RESET)), "The connection is reset.");
            private static final Key<Optional<Fault>> BLACKHOLE =
                    Key.optional("blackhole", Word.<Fault>of(Map.of("true", Plain.BLACKHOLE)), "There is no answer.");
            private static final Key<Optional<Fault>> TRUNCATE =
                    Key.optional("truncate", Shares.ANY.map(Truncate::new), "The body ends after this share of it.");
            private static final Key<Optional<Fault>> THROTTLE = Key.optional(
                    "throttle", Sizes.upTo(DataSize.ofMiB(1024)).map(Throttle::new), "No more bytes a second.");

            static final Block<Fault> BLOCK =
                    Block.of("One fault.", Keys::only, LATENCY, JITTER, ABORT, RESET, BLACKHOLE, TRUNCATE, THROTTLE);

            private Keys() {}

            private static Fault only(Values v) {
                Optional<Duration> latency = v.get(LATENCY);
                Optional<Duration> jitter = v.get(JITTER);
                Rejected.unless(
                        latency.isPresent() || jitter.isEmpty(), "jitter", "without latency", "latency besides");
                if (latency.isEmpty()) {
                    return v.only(ABORT, RESET, BLACKHOLE, TRUNCATE, THROTTLE);
                }
                boolean alone = v.get(ABORT).isEmpty()
                        && v.get(RESET).isEmpty()
                        && v.get(BLACKHOLE).isEmpty()
                        && v.get(TRUNCATE).isEmpty()
                        && v.get(THROTTLE).isEmpty();
                Rejected.unless(alone, "latency", "besides another fault", "one in each item");
                return new Latency(latency.get(), jitter.orElse(Duration.ZERO));
            }
        }
    }
}
