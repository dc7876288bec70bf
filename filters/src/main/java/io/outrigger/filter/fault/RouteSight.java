package io.outrigger.filter.fault;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a route stands, as far as its experiments go by it. Immutable.
 *
 * @param burnRate how many times faster than promised its error budget is used up, over five minutes; empty where
 *     nothing is promised
 * @param budgetSpent whether nothing of that budget is left
 * @param circuitOpen whether a circuit does not let all calls through; empty where there is none
 * @param opened how often circuits have opened so far
 */
public record RouteSight(OptionalDouble burnRate, boolean budgetSpent, Optional<Boolean> circuitOpen, long opened) {}
