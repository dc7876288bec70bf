package io.outrigger.filter.idempotency;

/** Why nobody knows what became of the request that had a key. Immutable. */
public enum Loss {
    NO_ANSWER("its answer never came"),
    CUT("its answer was cut short"),
    SERVER_ERROR("its answer was a server error"),
    TOO_LARGE("its answer was larger than can be kept"),
    NO_ROOM("the store had no room for its answer"),
    LEASE_ENDED("whoever sent it was not heard of again"),
    /** The last one with the key has not happened, but one before it may have. */
    EARLIER("its answer was lost, which sending it again did not bring back"),
    /** A store that was full, or is used by an older sidecar, has not kept the reason. */
    NOT_SAID("nobody knows what became of it");

    private final String words;

    Loss(String words) {
        this.words = words;
    }

    /** What follows on "the first request with this key was sent, and". */
    String words() {
        return words;
    }
}
