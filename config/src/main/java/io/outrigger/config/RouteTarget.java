package io.outrigger.config;

import java.util.List;

/** Where a route's requests go. Immutable. */
public sealed interface RouteTarget {
    record One(String upstream) implements RouteTarget {}

    /** Drawn by weight for each exchange; at least one weight is above zero. */
    record Split(List<Part> parts) implements RouteTarget {
        public Split {
            parts = List.copyOf(parts);
        }
    }

    record Part(String upstream, int weight) {}

    /** To the request's own host and port; unless allowed, to globally reachable addresses only. */
    record Dynamic(boolean allowPrivate) implements RouteTarget {}
}
