package io.outrigger.proxy.upstream;

import io.outrigger.filter.observe.AttemptMeters;

/**
 * What holds for all calls of a route to an upstream. Immutable.
 *
 * @param idleNanos the limit for the time in which no byte moves either way
 */
record CallTerms(AttemptMeters meters, long idleNanos) {}
