/**
 * Sends what failed again, where that is safe and paid for. {@code RetryRules} decides and knows nothing of loops,
 * {@code Retries} acts and decides nothing; the budget is shared by all loops, the body that is sent again is
 * {@link io.outrigger.exchange.ReplayBody}. Sources: RFC 9110 §9.2.2 and §10.2.3; Marc Brooker, Exponential Backoff
 * And Jitter, 2015; Finagle's RetryBudget; gRPC A6, Client Retries.
 */
@NullMarked
package io.outrigger.filter.retry;

import org.jspecify.annotations.NullMarked;
