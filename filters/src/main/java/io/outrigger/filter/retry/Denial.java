package io.outrigger.filter.retry;

import java.util.Locale;

/** Why an attempt that failed is not followed by another one: the label {@code reason}. Immutable. */
public enum Denial {
    /** It was the last of those that the route allows. */
    ATTEMPTS,
    /** The request's body was read and could not be kept. */
    BODY,
    /** The budget of the route has no token left. */
    BUDGET,
    /** The pause would not end before the deadline. */
    DEADLINE,
    /** The upstream may have seen the request, and the method may not be repeated. */
    METHOD,
    /** The route does not try again after what happened. */
    OUTCOME;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
