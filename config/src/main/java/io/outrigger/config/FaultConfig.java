package io.outrigger.config;

import io.outrigger.config.Fault.Instead;
import io.outrigger.config.Fault.Latency;
import io.outrigger.config.Fault.Plain;
import io.outrigger.config.Fault.Throttle;
import io.outrigger.config.Fault.Truncate;
import io.outrigger.config.key.Block;
import io.outrigger.config.key.Flag;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.Values;
import io.outrigger.config.key.WholeNumber;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Faults for a share of a route's attempts; those that are hit get all of them. Immutable. */
public record FaultConfig(
        Share percentage, boolean force, FaultMatch match, List<Fault> faults, Optional<Integer> maxConcurrent) {
    private static final Share MOST_UNFORCED = new Share(20);

    private static final Key<Share> PERCENTAGE =
            Key.of("percentage", Shares.ANY, "Share of the attempts that are hit; above 20% only with force.");
    private static final Key<Boolean> FORCE =
            Key.of("force", Flag.FLAG, "Allows more than 20%.").or("false");
    private static final Key<FaultMatch> MATCH = Key.of(
                    "match", FaultMatch.BLOCK, "Only these of the route's requests.")
            .or("{}");
    private static final Key<List<Fault>> FAULT = Key.of(
            "fault",
            Fault.Keys.BLOCK.list(1),
            "What happens to the attempts that are hit: all of these, each kind once.");
    private static final Key<Optional<Integer>> MAX_CONCURRENT =
            Key.optional("maxConcurrent", WholeNumber.of(1, 1_000_000), "No more attempts than that are hit at once.");

    static final List<Key<?>> KEYS = List.of(PERCENTAGE, FORCE, MATCH, FAULT, MAX_CONCURRENT);

    static final Block<FaultConfig> BLOCK = Block.of(
                    "Faults to inject into a route, for test environments.", FaultConfig::of)
            .and(KEYS)
            .example("""
                    percentage: 5%
                    fault: [{latency: 500ms, jitter: 100ms}]
                    """);

    static FaultConfig of(Values v) {
        return new FaultConfig(v.get(PERCENTAGE), v.get(FORCE), v.get(MATCH), v.get(FAULT), v.get(MAX_CONCURRENT));
    }

    public FaultConfig {
        faults = List.copyOf(faults);
        Rejected.unless(
                force || percentage.compareTo(MOST_UNFORCED) <= 0, "percentage", percentage, "at most 20%, or force");
        MAX_CONCURRENT.check(maxConcurrent);
        Set<Object> kinds = new HashSet<>();
        for (Fault fault : faults) {
            Object kind = fault instanceof Plain ? fault : fault.getClass();
            Rejected.unless(kinds.add(kind), "fault", words(faults), "each kind once");
        }
        List<Fault> instead = faults.stream().filter(Instead.class::isInstance).toList();
        Rejected.unless(instead.size() <= 1, "fault", words(instead), "at most one of abort, reset and blackhole");
        if (!instead.isEmpty()) {
            Rejected.unless(
                    first(faults, Truncate.class).isEmpty()
                            && first(faults, Throttle.class).isEmpty(),
                    "fault",
                    words(faults),
                    "truncate and throttle without abort, reset and blackhole, which leave no response to them");
            Rejected.unless(
                    instead.getFirst() != Plain.BLACKHOLE || faults.size() == 1,
                    "fault",
                    words(faults),
                    "blackhole alone; what is never answered cannot be late");
        }
    }

    /** What makes answers late; empty when nothing does. */
    public Optional<Latency> latency() {
        return first(faults, Latency.class);
    }

    /** What happens instead of asking the upstream; empty when it is asked. */
    public Optional<Instead> instead() {
        return first(faults, Instead.class);
    }

    /** What becomes of bodies; empty when they come whole. */
    public Optional<Truncate> truncate() {
        return first(faults, Truncate.class);
    }

    /** What slows bodies down; empty when nothing does. */
    public Optional<Throttle> throttle() {
        return first(faults, Throttle.class);
    }

    /** As people are told of them. */
    public String words() {
        return words(faults);
    }

    private static String words(List<Fault> faults) {
        return faults.stream().map(Fault::words).collect(Collectors.joining(", "));
    }

    private static <F extends Fault> Optional<F> first(List<Fault> faults, Class<F> kind) {
        return faults.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }
}
