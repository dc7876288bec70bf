package io.outrigger.filter.idempotency;

import io.outrigger.filter.idempotency.Seen.State;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a {@link KeyTable} knows of one key, guarded by that. Shared by all loops. */
final class Entry {
    final KeyId id;
    Digest fingerprint;
    long token; // of the owner; 0 when there is none
    boolean again; // what the owner was told

    @Nullable
    KeptAnswer answer; // null unless there is one

    private long leaseEndNanos; // while there is an owner
    private long overNanos; // when it is free again
    private @Nullable Set<Watch> watches; // in the order in which they came; null where there are none

    Entry(KeyId id, Digest fingerprint) {
        this.id = id;
        this.fingerprint = fingerprint;
    }

    void own(Claim claim, boolean sentBefore, long now) {
        fingerprint = claim.fingerprint();
        token = claim.token();
        again = sentBefore;
        renew(claim, now);
    }

    void renew(Claim claim, long now) {
        leaseEndNanos = now + claim.lease().toNanos();
        overNanos = leaseEndNanos + claim.keepFor().toNanos();
    }

    /** @param its null where nobody knows it */
    void finish(Claim claim, @Nullable KeptAnswer its, long now) {
        token = 0;
        answer = its;
        overNanos = now + claim.keepFor().toNanos();
    }

    boolean over(long now) {
        return now - overNanos >= 0;
    }

    State state(long now) {
        if (answer != null) {
            return State.ANSWERED;
        }
        return token != 0 && now - leaseEndNanos < 0 ? State.IN_FLIGHT : State.UNKNOWN;
    }

    /** Until the lease ends. */
    long leaseNanos(long now) {
        return leaseEndNanos - now;
    }

    Seen.Entry seen(long now) {
        State state = state(now);
        long left = (state == State.IN_FLIGHT ? leaseEndNanos : overNanos) - now;
        long millis = Math.max(TimeUnit.NANOSECONDS.toMillis(left), 1);
        return new Seen.Entry(id.caller(), state, answer == null ? 0 : answer.status(), millis);
    }

    void add(Watch watch) {
        if (watches == null) {
            watches = new LinkedHashSet<>();
        }
        watches.add(watch);
    }

    void remove(Watch watch) {
        if (watches != null) {
            watches.remove(watch);
        }
    }

    /** Those who have to be told, and wait no more; empty when there are none. */
    Set<Watch> takeWatches() {
        Set<Watch> all = watches;
        watches = null;
        return all == null ? Set.of() : all;
    }
}
