package io.outrigger.filter.idempotency;

import io.outrigger.config.IdempotencyConfig.ServerErrors;
import io.outrigger.exchange.Delivery;

/** What becomes of a key once its request has been answered, or has failed. Immutable. */
enum Fate {
    /** The answer is kept, if it is whole and not too large. */
    STORE,
    /** The request has not happened: the key may be used again. */
    FORGET,
    /** Nobody knows whether it has happened. */
    UNKNOWN;

    /** What a status says. */
    static Fate of(int status, ServerErrors serverErrors) {
        if (status < 500) {
            return switch (status) {
                case 408, 409, 421, 425, 429 -> FORGET; // not now; the same request may do better
                default -> STORE;
            };
        }
        return switch (serverErrors) {
            case UNKNOWN -> UNKNOWN;
            case FORGET -> FORGET;
            case STORE -> STORE;
        };
    }

    /** What it means that the request got so far and no answer came. */
    static Fate of(Delivery delivery) {
        return switch (delivery) {
            case NOT_SENT, REFUSED -> FORGET;
            case ANSWERED, UNKNOWN -> UNKNOWN;
        };
    }
}
