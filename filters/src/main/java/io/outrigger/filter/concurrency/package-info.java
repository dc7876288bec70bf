/**
 * Sheds what an upstream cannot bear: a limit of requests in flight that follows their latency, and shares of it by
 * priority. {@code Gradient} is the arithmetic, {@code ConcurrencyLimit} what all loops share of it, {@code Passing}
 * one request that was let in. Source: Netflix, concurrency-limits, Gradient2Limit; the probes are our own.
 */
@NullMarked
package io.outrigger.filter.concurrency;

import org.jspecify.annotations.NullMarked;
