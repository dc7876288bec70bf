package io.outrigger.filter.idempotency;

/** What an owner leaves behind. Immutable. */
public sealed interface Ending {
    /** The answer, for all who come with the same key, for the time of {@link Claim#keepFor}. */
    record Answered(WholeAnswer answer) implements Ending {}

    /** Nothing: the key may be used as if it had never been. */
    record Forgotten() implements Ending {}

    /** That the request was sent and nobody knows what became of it, for the time of {@link Claim#keepFor}. */
    record Unknown(Loss why) implements Ending {}
}
