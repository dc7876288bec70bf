package io.outrigger.filter.idempotency;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Loop;
import org.jspecify.annotations.Nullable;

/**
 * The time for which a request owns its key: renews the lease, and tells the store how it ended, more than once where
 * the store cannot be asked. Confined to one loop.
 */
final class Tenure {
    private static final int RENEWALS = 3; // within a lease, so that one or two may fail
    private static final int TRIES = 4; // over the time of a lease

    private final IdempotencyFilter filter;
    private final Exchange exchange;
    private final Claim claim;
    private Loop.@Nullable Timer renewal; // null once it is over
    private boolean over;
    private boolean counted; // as something that goes on
    private boolean told; // whether the store has taken the end, or will not

    Tenure(IdempotencyFilter filter, Exchange exchange, Claim claim) {
        this.filter = filter;
        this.exchange = exchange;
        this.claim = claim;
    }

    void begin() {
        renewal = exchange.loop().after(claim.lease().toNanos() / RENEWALS, this::renew);
    }

    private void renew() {
        filter.store().renew(claim, exchange.loop(), this::renewed);
    }

    private void renewed(Written written) {
        if (over) {
            return;
        }
        switch (written) {
            case DONE, FULL -> begin();
            case FAILED -> {
                count(Result.STORE_FAILED);
                begin();
            }
            case LOST -> lost();
        }
    }

    /** To be called once. */
    void end(Ending ending) {
        over = true;
        if (renewal != null) {
            renewal.cancel();
        }
        tell(ending, 1);
        if (!told) {
            counted = true;
            filter.meters().goesOn();
        }
    }

    private void tell(Ending ending, int number) {
        filter.store().finish(claim, ending, exchange.loop(), written -> told(ending, number, written));
    }

    private void told(Ending ending, int number, Written written) {
        if (written == Written.FAILED) {
            count(Result.STORE_FAILED);
            if (number < TRIES) {
                exchange.loop().after(claim.lease().toNanos() / TRIES, () -> tell(ending, number + 1));
                return;
            }
        }
        told = true;
        if (counted) {
            filter.meters().over();
        }
        switch (written) {
            case DONE ->
                count(
                        switch (ending) {
                            case Ending.Answered _ -> Result.STORED;
                            case Ending.Forgotten _ -> Result.RELEASED;
                            case Ending.Unknown _ -> Result.HELD;
                        });
            case FULL -> {
                exchange.note("idempotency", "not stored", "the store has no room for the answer", 0);
                count(Result.HELD);
            }
            case LOST -> lost();
            case FAILED -> exchange.note("idempotency", "not stored", "the store cannot be asked", 0);
        }
    }

    private void lost() {
        exchange.note("idempotency", "lost", "the lease had ended, and the key is another's or was released", 0);
    }

    private void count(Result result) {
        filter.meters().count(exchange.loop().index(), result);
    }
}
