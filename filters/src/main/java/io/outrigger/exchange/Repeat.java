package io.outrigger.exchange;

/** Whether a request may be sent again when an attempt may have been processed. Immutable. */
public enum Repeat {
    /** If its method may be repeated (RFC 9110 §9.2.2). */
    BY_METHOD,
    /** Whatever its method: somebody has been promised that it happens once. */
    NEVER,
    /** Whatever its method: the upstream recognises it. */
    ALWAYS
}
