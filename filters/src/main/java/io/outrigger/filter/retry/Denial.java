package io.outrigger.filter.retry;

import java.util.Locale;

/** Why an attempt that failed is not followed by another one: the label {@code reason}. Immutable. */
public enum Denial {
    /** It was the last of those that the route allows. */
    ATTEMPTS("it was the last attempt that the route allows"),
    /** The request's body was read and could not be kept. */
    BODY("the body was read and could not be kept"),
    /** The budget of the route has no token left. */
    BUDGET("the budget of the route has no token left"),
    /** The circuit is open: trying again is what it is there to prevent. */
    CIRCUIT("the circuit is open"),
    /** The pause would not end before the deadline. */
    DEADLINE("the pause would not end before the deadline"),
    /** The upstream may have seen the request, which may not be repeated: for its method, or because it has a key. */
    METHOD("the upstream may have seen the request, and its method or its key keeps it from being repeated"),
    /** The route does not try again after what happened. */
    OUTCOME("the route does not try again after what happened"),
    /** Next to nothing has been answered lately: another attempt would only wait behind the others. */
    SILENCE("next to none of the route's attempts has been answered for 2 s or more");

    private final String label = name().toLowerCase(Locale.ROOT);
    private final String why;

    Denial(String sentence) {
        this.why = label + ": " + sentence;
    }

    public String label() {
        return label;
    }

    /** The label and a sentence, for people. */
    String why() {
        return why;
    }
}
