/**
 * Refuses calls to what keeps failing, and tries now and then whether it is well again. {@code CircuitBreaker} holds
 * one of four states, a class each; what is let through is told by the state that let it through, so that a late
 * result of an earlier state counts nowhere. {@code Passage} is one call on its way. Sources: Michael Nygard, Release
 * It!, 2007; resilience4j's sliding windows.
 */
@NullMarked
package io.outrigger.filter.circuitbreaker;

import org.jspecify.annotations.NullMarked;
