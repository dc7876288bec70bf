package io.outrigger.exchange;

/**
 * How far a request got to an endpoint, which decides whether it may be sent again. Ordered from harmless to worst:
 * the delivery of an exchange is the greatest of its attempts'. Immutable.
 */
public enum Delivery {
    /** Not one byte was handed to the endpoint. */
    NOT_SENT,
    /** The endpoint said that it did not process the request (RFC 9110 §15.5.20, RFC 8470 §5.2, RFC 9113 §8.7). */
    REFUSED,
    /** The endpoint answered. */
    ANSWERED,
    /** It may have been processed, or not. */
    UNKNOWN;

    private final String label = name().toLowerCase(java.util.Locale.ROOT);

    /** The word for metrics and logs, such as {@code not_sent}. */
    public String label() {
        return label;
    }

    /** The worse of the two. */
    public Delivery and(Delivery other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
