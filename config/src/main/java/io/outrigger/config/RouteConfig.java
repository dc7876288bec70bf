package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Flag;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.NameKind;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.Values;
import io.outrigger.config.key.Word;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which requests, where to, and under which policies, those of {@code defaults} filled in. Immutable. */
public record RouteConfig(
        String name,
        MatchConfig match,
        RouteTarget target,
        Optional<RewriteConfig> rewrite,
        PoliciesConfig policies,
        Optional<FaultConfig> fault) {

    private static final String DYNAMIC = "dynamic";

    private static final Key<String> NAME = Key.of(
            "name",
            Texts.NAME.defining(NameKind.ROUTE),
            "Its name, in metrics, logs and URLs; its state is kept under it.");
    private static final Key<MatchConfig> MATCH = Key.of(
                    "match", MatchConfig.BLOCK, "Which requests it takes; {} takes all.")
            .or("{}");
    private static final Key<Optional<String>> UPSTREAM = Key.optional(
            "upstream",
            OneOf.of(Word.of(Map.of(DYNAMIC, DYNAMIC)), Texts.UPSTREAM),
            "Where they go; dynamic is the request's own host and port.");
    private static final Key<Optional<List<RouteTarget.Part>>> SPLIT =
            Key.optional("split", RouteTarget.Part.BLOCK.list(1), "Several upstreams by weight, instead of one.");
    private static final Key<Optional<RewriteConfig>> REWRITE =
            Key.orOff("rewrite", RewriteConfig.BLOCK, "What is changed in the target on its way.");
    private static final Key<Optional<Boolean>> ALLOW_PRIVATE =
            Key.optional("allowPrivate", Flag.FLAG, "With dynamic: also to addresses that are not globally reachable.");
    private static final Key<Optional<FaultConfig>> FAULT =
            Key.orOff("fault", FaultConfig.BLOCK, "Faults to inject, for test environments.");

    static final Block<RouteConfig> BLOCK = Block.of(
                    "Which requests go where, and under which policies.",
                    v -> new RouteConfig(
                            v.get(NAME), v.get(MATCH), target(v), v.get(REWRITE), PoliciesConfig.of(v), v.get(FAULT)),
                    NAME,
                    MATCH,
                    UPSTREAM,
                    SPLIT,
                    REWRITE,
                    ALLOW_PRIVATE,
                    FAULT)
            .and(PoliciesConfig.KEYS);

    private static RouteTarget target(Values v) {
        Optional<String> upstream = v.get(UPSTREAM);
        Optional<List<RouteTarget.Part>> split = v.get(SPLIT);
        Rejected.unless(
                upstream.isPresent() || split.isPresent(), "upstream", "missing", "the name of an upstream, or split");
        Rejected.unless(upstream.isEmpty() || split.isEmpty(), "split", "besides upstream", "one of the two");
        boolean dynamic = upstream.equals(Optional.of(DYNAMIC));
        Rejected.unless(
                dynamic || v.get(ALLOW_PRIVATE).isEmpty(), "allowPrivate", "without upstream: dynamic", "both or none");
        if (dynamic) {
            return new RouteTarget.Dynamic(v.get(ALLOW_PRIVATE).orElse(false));
        }
        return split.<RouteTarget>map(RouteTarget.Split::new)
                .orElseGet(() -> new RouteTarget.One(upstream.orElseThrow()));
    }

    /** The same route, where calls of it are not to be counted by its circuits. */
    public RouteConfig withoutCircuitBreaker() {
        return new RouteConfig(name, match, target, rewrite, policies.withoutCircuitBreaker(), fault);
    }

    public Optional<TimeoutConfig> timeout() {
        return policies.timeout();
    }

    public Optional<RetryConfig> retry() {
        return policies.retry();
    }
}
