package io.outrigger.filter.idempotency;

import io.outrigger.filter.idempotency.Seen.State;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a {@link KeyTable} knows of one key without an answer, guarded by that. Shared by all loops. */
final class Entry {
    final KeyId id;
    Digest fingerprint;
    long token; // of the owner; 0 when there is none
    boolean again; // what the owner was told

    private Loss loss = Loss.NOT_SAID; // once there is no owner
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

    /** Nobody knows the answer. */
    void lose(Claim claim, Loss why, long now) {
        token = 0;
        loss = why;
        overNanos = now + claim.keepFor().toNanos();
    }

    /** Why it is unknown. */
    Loss loss() {
        return token == 0 ? loss : Loss.LEASE_ENDED;
    }

    boolean over(long now) {
        return now - overNanos >= 0;
    }

    State state(long now) {
        return token != 0 && now - leaseEndNanos < 0 ? State.IN_FLIGHT : State.UNKNOWN;
    }

    /** Until the lease ends. */
    long leaseNanos(long now) {
        return leaseEndNanos - now;
    }

    Seen.Entry seen(long now) {
        State state = state(now);
        return new Seen.Entry(
                id.caller(), state, 0, millis((state == State.IN_FLIGHT ? leaseEndNanos : overNanos) - now));
    }

    /** For operators: nothing that is there has no time left. */
    static long millis(long leftNanos) {
        return Math.max(TimeUnit.NANOSECONDS.toMillis(leftNanos), 1);
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
