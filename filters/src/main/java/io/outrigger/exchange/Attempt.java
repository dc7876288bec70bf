package io.outrigger.exchange;

import org.jspecify.annotations.Nullable;

/** One sending of a request to one endpoint, as it is told of in logs and metrics. Confined to one loop. */
public final class Attempt {
    private final String endpoint;
    private final byte sending;
    private final long startNanos;
    private long sentNanos; // when the last byte of the request was written; 0 until then
    private long endNanos; // 0 while it goes on
    private boolean begun; // whether a byte was handed to the endpoint
    private boolean headHeld; // whether its head has come, and is kept from everyone above for a while
    private boolean bodyHeld; // likewise its body, or a part of it
    private boolean givenUp; // whether nobody waits for the head that is kept
    private short status; // 0 until there is a head
    private @Nullable Failure failure; // null unless it failed

    /** Of the first sending. */
    public Attempt(String endpoint, long startNanos) {
        this(endpoint, startNanos, 1);
    }

    /** The number of the sending is that of {@link Request#attempt()}. */
    public Attempt(String endpoint, long startNanos, int sending) {
        this.endpoint = endpoint;
        this.startNanos = startNanos;
        this.sending = (byte) sending; // at most ten attempts with two hedges each
    }

    /** Which sending of the request it is. */
    public int sending() {
        return sending;
    }

    /** The address, as configured or resolved. */
    public String endpoint() {
        return endpoint;
    }

    public long startNanos() {
        return startNanos;
    }

    /** A byte of the request is being handed to the endpoint. */
    public void begin() {
        begun = true;
    }

    /** What was written has come to nobody: the endpoint ended the handshake that was under way. */
    public void takeBack() {
        begun = false;
    }

    /** The last byte of the request has been written. */
    public void sent(long now) {
        sentNanos = now;
    }

    /** When the last byte of the request was written; 0 until then. */
    public long sentNanos() {
        return sentNanos;
    }

    public void answered(int headStatus) {
        status = (short) headStatus;
    }

    /** The attempt is over; a null failure means that the response is complete or was not wanted any more. */
    public void end(@Nullable Failure why, long now) {
        failure = why;
        endNanos = now;
    }

    public boolean ended() {
        return endNanos != 0;
    }

    /** From the start to the end, or to {@code now} while it goes on. */
    public long durationNanos(long now) {
        return (endNanos == 0 ? now : endNanos) - startNanos;
    }

    /** The status of the head; 0 when there was none. */
    public int status() {
        return status;
    }

    /** Why it failed; null when it did not, or goes on. */
    public @Nullable Failure failure() {
        return failure;
    }

    /** Its head is kept back on purpose, as if it had not come yet; or is no more. */
    public void holdHead(boolean back) {
        headHeld = back;
    }

    /** Nobody waits any more for the head that is kept back. */
    public void giveUp() {
        givenUp = true;
    }

    /** Its body is kept back on purpose; or is no more. */
    public void holdBody(boolean back) {
        bodyHeld = back;
    }

    /** Whether something that the endpoint has sent is kept back on purpose: what it fails by meanwhile is not its fault. */
    public boolean heldBack() {
        return headHeld || bodyHeld;
    }

    /**
     * Whether a failure says something against the endpoint, as circuits count it. A deadline does where the request had
     * been sent: of an exchange with two attempts it is the fault of no other.
     */
    public boolean isToBlameFor(Failure why) {
        return why.blame() == Failure.Blame.UPSTREAM
                && !heldBack()
                && why.kind() != Failure.Kind.STALE_CONNECTION
                && (sentNanos != 0 || why.kind() != Failure.Kind.DEADLINE);
    }

    boolean awaitsHead() {
        return headHeld && !givenUp || sentNanos != 0 && status == 0 && endNanos == 0;
    }

    /** How far it got: by its failure where that knows better, else by what was sent and received. */
    public Delivery delivery() {
        if (failure != null && failure.delivery() == Delivery.REFUSED || status == 421 || status == 425) {
            return Delivery.REFUSED;
        }
        if (!begun) {
            return Delivery.NOT_SENT;
        }
        return status != 0 && !headHeld && (failure == null || failure.delivery() == Delivery.ANSWERED)
                ? Delivery.ANSWERED
                : Delivery.UNKNOWN;
    }
}
