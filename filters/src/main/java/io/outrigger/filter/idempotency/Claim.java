package io.outrigger.filter.idempotency;

import java.time.Duration;

/**
 * What a request says who wants to own a key, and says again with each later step as its owner. Immutable.
 *
 * @param fingerprint of the request: method, target and body
 * @param token fences the owner: random, not 0, another one for each request. A step with a token that is not that of
 *     the present owner changes nothing
 * @param lease how long the key stays in flight after the owner was last heard of
 * @param keepFor how long the answer is kept, or that it is unknown
 * @param lost what it means for this request when an earlier one has been lost
 */
public record Claim(KeyId id, Digest fingerprint, long token, Duration lease, Duration keepFor, Lost lost) {
    /** What it means for a request that an earlier one has had the key, and nobody knows what became of it. Immutable. */
    public enum Lost {
        /** The key stays as it is: the request must not be sent. */
        HOLD,
        /** The key is as free as if it had never been used. */
        FORGET,
        /** The same request may be sent again, because the upstream knows the key itself. */
        AGAIN
    }
}
