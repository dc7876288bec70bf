package io.outrigger.filter.idempotency;

/** What became of a claim. Immutable. */
public sealed interface Found {
    /**
     * The key is the request's own now, in flight for the time of its lease.
     *
     * @param again whether an earlier request with this key may have reached the upstream
     */
    record Owned(boolean again) implements Found {}

    /** Another request owns the key, with the same fingerprint. */
    record InFlight() implements Found {}

    /** The same request has been answered before. */
    record Answered(KeptAnswer answer) implements Found {}

    /** The same request was sent before, and nobody knows what became of it. */
    record Unknown(Loss why) implements Found {}

    /** The key was used for another request. */
    record Mismatch() implements Found {}

    /**
     * The store cannot be asked, or has no room left. The claim may have come about all the same: whoever does not go
     * on with it should {@link KeyStore#finish} it as forgotten.
     *
     * @param why for people, without secrets
     */
    record Failed(String why) implements Found {}
}
