package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.WholeNumber;
import java.util.List;

/** Where a route's requests go. Immutable. */
public sealed interface RouteTarget {
    /** The names of the upstreams that they may go to, each once; none where only the request knows. */
    default List<String> upstreams() {
        return switch (this) {
            case One one -> List.of(one.upstream());
            case Split split ->
                split.parts().stream().map(Part::upstream).distinct().toList();
            case Dynamic _ -> List.of();
        };
    }

    record One(String upstream) implements RouteTarget {}

    /** Drawn by weight for each exchange; at least one weight is above zero. */
    record Split(List<Part> parts) implements RouteTarget {
        public Split {
            parts = List.copyOf(parts);
            Rejected.unless(
                    parts.stream().anyMatch(part -> part.weight > 0), "split", "no weight", "one above 0 at least");
        }
    }

    record Part(String upstream, int weight) {
        private static final Key<String> UPSTREAM = Key.of("upstream", Texts.UPSTREAM, "Where this part goes.");
        private static final Key<Integer> WEIGHT =
                Key.of("weight", WholeNumber.of(0, 1_000_000), "Its part of the requests, beside the other weights.");

        static final Block<Part> BLOCK =
                Block.of("One upstream of several.", v -> new Part(v.get(UPSTREAM), v.get(WEIGHT)), UPSTREAM, WEIGHT);

        public Part {
            WEIGHT.check(weight);
        }
    }

    /** To the request's own host and port; unless allowed, to globally reachable addresses only. */
    record Dynamic(boolean allowPrivate) implements RouteTarget {}
}
