package io.outrigger.proxy.downstream;

import io.outrigger.proxy.http1.HeadLimits;

/**
 * What a listener bears from its clients. Immutable.
 *
 * @param headNanos from the first byte of a head to its last
 * @param idleNanos between two requests, and before the first
 * @param bodyIdleNanos between two pieces of a body that is being read
 */
public record ClientLimits(HeadLimits head, long headNanos, long idleNanos, long bodyIdleNanos) {}
