/**
 * Counters, gauges and histograms that an event loop writes in a few nanoseconds, and that somebody else reads when
 * metrics are scraped. Each loop writes cells of its own; reading adds them up. Depends on nothing; knows no format.
 * The idea is that of Java's {@code LongAdder} with the stripe given by the loop instead of a hash, so that a write
 * needs neither a lock nor an atomic instruction.
 */
@NullMarked
package io.outrigger.metrics;

import org.jspecify.annotations.NullMarked;
