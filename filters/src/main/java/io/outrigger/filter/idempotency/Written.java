package io.outrigger.filter.idempotency;

/** What became of a step of an owner. Immutable. */
public enum Written {
    /** It is in the store. */
    DONE,
    /** There was no room for the answer: the key is unknown instead. */
    FULL,
    /** Another request owns the key by now, an operator has released it, or it is over: nothing has changed. */
    LOST,
    /** The store cannot be asked: it may be in the store, or not. */
    FAILED
}
